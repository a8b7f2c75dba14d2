//! The elements of a `PVec`, one by one.

use super::PVec;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::Range;
use std::{ptr, slice};

/// What [`PVec::into_iter`](IntoIterator::into_iter) returns: it owns the elements and the memory.
///
/// (That of allocator-api2 0.2 makes elements up when one without bytes is taken from the back.)
///
/// # Invariants
/// 1. `memory` is empty: it drops no element.
/// 2. The places of `left` are below its capacity and hold elements, which are ours alone.
pub struct IntoIter<'ph, T> {
    memory: PVec<'ph, T>,
    left: Range<usize>,
}

impl<T> IntoIter<'_, T> {
    /// The elements that are left.
    pub fn as_slice(&self) -> &[T] {
        // SAFETY: a place below the capacity, or its end (invariant 2).
        let start = unsafe { self.memory.as_ptr().add(self.left.start) };
        // SAFETY: that many elements from there on (invariant 2), borrowed with us.
        unsafe { slice::from_raw_parts(start, self.left.len()) }
    }

    /// The elements that are left, to write.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: a place below the capacity, or its end (invariant 2).
        let start = unsafe { self.memory.as_mut_ptr().add(self.left.start) };
        // SAFETY: that many elements from there on (invariant 2), borrowed with us.
        unsafe { slice::from_raw_parts_mut(start, self.left.len()) }
    }

    /// Moves an element out.
    ///
    /// # Safety
    /// The place was just taken out of `left`.
    #[inline]
    unsafe fn moved(&self, place: usize) -> T {
        // SAFETY: below the capacity (invariant 2).
        let at = unsafe { self.memory.as_ptr().add(place) };
        // SAFETY: an element that was ours alone (invariant 2); as its place is out of `left`, it moves once.
        unsafe { at.read() }
    }
}

impl<'ph, T> IntoIterator for PVec<'ph, T> {
    type Item = T;
    type IntoIter = IntoIter<'ph, T>;

    fn into_iter(mut self) -> Self::IntoIter {
        let left = 0..self.len();
        // SAFETY: no element is dropped by the vector any more: those of `left` are the iterator's.
        unsafe { self.set_len(0) };
        IntoIter { memory: self, left }
    }
}

impl<T> Iterator for IntoIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let place = self.left.next()?;
        // SAFETY: just taken out.
        Some(unsafe { self.moved(place) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl<T> DoubleEndedIterator for IntoIter<'_, T> {
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        let place = self.left.next_back()?;
        // SAFETY: just taken out.
        Some(unsafe { self.moved(place) })
    }
}

impl<T> ExactSizeIterator for IntoIter<'_, T> {}
impl<T> FusedIterator for IntoIter<'_, T> {}

impl<T: fmt::Debug> fmt::Debug for IntoIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.as_slice()).finish()
    }
}

impl<T> Drop for IntoIter<'_, T> {
    fn drop(&mut self) {
        let left = ptr::from_mut(self.as_mut_slice());
        // SAFETY: elements that are ours alone (invariant 2), and not used any more: `memory` goes next, without them.
        unsafe { left.drop_in_place() };
    }
}
