//! Boxes and polynomials are serialized as what they hold, and deserialized onto the heap.
#![forbid(unsafe_code)]

use super::{Basis, Home, PBox, PVec, Poly};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

impl<T: Serialize> Serialize for PBox<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(self, serializer)
    }
}

/// Detached, as a [`PVec`] is.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for PBox<'_, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = T::deserialize(deserializer)?;
        Self::try_new_in(value, Home::Heap).map_err(D::Error::custom)
    }
}

/// The values alone: the basis is the reader's to know.
impl<F: Serialize, B: Basis> Serialize for Poly<'_, F, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Detached, as a [`PVec`] is.
impl<'de, F: Deserialize<'de>, B: Basis> Deserialize<'de> for Poly<'_, F, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        PVec::deserialize(deserializer).map(Self::from)
    }
}
