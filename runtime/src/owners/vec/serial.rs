//! Serializing, and deserializing onto the heap.
#![forbid(unsafe_code)]

use super::PVec;
use crate::owners::Home;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// What a claimed length may reserve ahead of its elements.
const CAUTIOUS: usize = 1 << 20;

impl<T: Serialize> Serialize for PVec<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

/// Detached: nothing tells a deserializer of a phase. Copy it into one.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for PVec<'_, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A detached vector is one of every phase: the derived code of a struct need not be told.
        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

struct Elements<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
    type Value = PVec<'static, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let claimed = elements.size_hint().unwrap_or(0);
        let cautious = CAUTIOUS / size_of::<T>().max(1);
        let mut vec = PVec::new_in(Home::Heap);
        vec.try_reserve_exact(claimed.min(cautious))
            .map_err(serde::de::Error::custom)?;
        while let Some(value) = elements.next_element()? {
            vec.try_push(value).map_err(serde::de::Error::custom)?;
        }
        Ok(vec)
    }
}
