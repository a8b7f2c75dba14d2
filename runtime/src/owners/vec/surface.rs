//! The methods of `Vec` that give elements out: those of a `PVec` that is no secret.
#![forbid(unsafe_code)]

use super::{Drain, PVec};
use crate::plain::NoDrop;
use std::ops::RangeBounds;

impl<'ph, T> PVec<'ph, T> {
    /// Takes the last element off.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.inner.pop()
    }

    /// Takes the last element off if `gone` says so.
    pub fn pop_if(&mut self, gone: impl FnOnce(&mut T) -> bool) -> Option<T> {
        let last = self.last_mut()?;
        if gone(last) { self.pop() } else { None }
    }

    /// Takes the element at `index` out, and moves those behind it.
    ///
    /// # Panics
    /// If there is no such element.
    #[track_caller]
    pub fn remove(&mut self, index: usize) -> T {
        self.inner.remove(index)
    }

    /// Takes the element at `index` out, and puts the last one in its place.
    ///
    /// # Panics
    /// If there is no such element.
    #[track_caller]
    pub fn swap_remove(&mut self, index: usize) -> T {
        self.inner.swap_remove(index)
    }

    /// Drops the elements for which `keep` says no.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        self.inner.retain(keep);
    }

    /// Drops the elements for which `keep` says no, which may change the others.
    pub fn retain_mut(&mut self, keep: impl FnMut(&mut T) -> bool) {
        self.inner.retain_mut(keep);
    }

    /// Drops each element that equals the one before it.
    pub fn dedup(&mut self)
    where
        T: PartialEq,
    {
        self.inner.dedup();
    }

    /// Drops each element whose key is that of the one before it.
    pub fn dedup_by_key<K: PartialEq>(&mut self, key: impl FnMut(&mut T) -> K) {
        self.inner.dedup_by_key(key);
    }

    /// Drops each element that is the `same`, given first, as the one before it.
    pub fn dedup_by(&mut self, same: impl FnMut(&mut T, &mut T) -> bool) {
        self.inner.dedup_by(same);
    }

    /// Takes a range of elements out, one by one.
    ///
    /// # Panics
    /// If the range is beyond the end.
    #[track_caller]
    pub fn drain(&mut self, range: impl RangeBounds<usize>) -> Drain<'_, 'ph, T> {
        self.inner.drain(range)
    }

    /// The elements as a slice.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        self.inner.as_slice()
    }

    /// The elements as a slice to write.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.inner.as_mut_slice()
    }

    /// The elements as a slice that lives as long as the phase.
    pub fn leak(self) -> &'ph mut [T]
    where
        T: NoDrop + 'ph,
    {
        self.inner.leak()
    }

    /// A copy on the heap, for code that wants a `Vec`.
    pub fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.as_slice().to_vec()
    }
}
