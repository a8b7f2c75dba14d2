//! A stand-in for the runtime's poly arena, with the same names, over `Vec`.
//!
//! To be replaced by `use zkarena::{Phase, PVec};`.

use std::borrow::{Borrow, BorrowMut};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use p3_matrix::dense::DenseStorage;

/// Access to the arena of a phase.
#[derive(Clone, Copy, Debug)]
pub struct Phase<'ph>(PhantomData<&'ph ()>);

impl<'ph> Phase<'ph> {
    /// A handle to no arena at all.
    pub fn stand_in() -> Self {
        Self(PhantomData)
    }

    /// An empty vector with room for `capacity` elements.
    pub fn vec_with<T>(self, capacity: usize) -> PVec<'ph, T> {
        PVec {
            elements: Vec::with_capacity(capacity),
            phase: PhantomData,
        }
    }
}

/// A vector in the arena of a phase.
#[derive(Debug)]
pub struct PVec<'ph, T> {
    elements: Vec<T>,
    phase: PhantomData<&'ph ()>,
}

impl<T> Deref for PVec<'_, T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.elements
    }
}

impl<T> DerefMut for PVec<'_, T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.elements
    }
}

impl<T> Borrow<[T]> for PVec<'_, T> {
    fn borrow(&self) -> &[T] {
        &self.elements
    }
}

impl<T> BorrowMut<[T]> for PVec<'_, T> {
    fn borrow_mut(&mut self) -> &mut [T] {
        &mut self.elements
    }
}

impl<T: Clone + Send + Sync> DenseStorage<T> for PVec<'_, T> {
    fn to_vec(self) -> Vec<T> {
        self.elements
    }
}
