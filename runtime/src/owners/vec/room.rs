//! The methods of `Vec` that make room and fill it, and give no element out: also those of a secret.

use super::{PVec, expect};
use crate::error::AllocError;
use crate::owners::Label;
use std::mem::MaybeUninit;
use std::ops::RangeBounds;

impl<T, L: Label> PVec<'_, T, L> {
    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// Elements it has room for.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.inner.capacity()
    }

    /// Makes room for `more` elements, and for some more than that, so that pushing stays cheap.
    ///
    /// # Panics
    /// If memory is refused; see [`try_reserve`](Self::try_reserve).
    #[track_caller]
    pub fn reserve(&mut self, more: usize) {
        expect(self.try_reserve(more));
    }

    /// As [`reserve`](Self::reserve); where a limit allows no more, exactly `more`.
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the vector is as before.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), AllocError> {
        match self.inner.try_reserve(more) {
            Ok(()) => Ok(()),
            Err(_) => self.try_reserve_exact(more),
        }
    }

    /// Makes room for exactly `more` elements.
    ///
    /// # Panics
    /// If memory is refused; see [`try_reserve_exact`](Self::try_reserve_exact).
    #[track_caller]
    pub fn reserve_exact(&mut self, more: usize) {
        expect(self.try_reserve_exact(more));
    }

    /// As [`reserve_exact`](Self::reserve_exact).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the vector is as before.
    pub fn try_reserve_exact(&mut self, more: usize) -> Result<(), AllocError> {
        let done = self.inner.try_reserve_exact(more);
        done.map_err(|_| {
            let needed = self.len().checked_add(more);
            let bytes = needed.and_then(|needed| needed.checked_mul(size_of::<T>()));
            self.home().refusal(bytes)
        })
    }

    /// Gives up room that no element uses.
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink_to_fit();
    }

    /// Gives up room beyond `capacity` elements, or beyond those there are.
    pub fn shrink_to(&mut self, capacity: usize) {
        self.inner.shrink_to(capacity);
    }

    /// Appends an element.
    ///
    /// # Panics
    /// If memory is refused; see [`try_push`](Self::try_push).
    #[inline]
    #[track_caller]
    pub fn push(&mut self, value: T) {
        if self.inner.len() == self.inner.capacity() {
            self.reserve(1);
        }
        self.inner.push(value);
    }

    /// As [`push`](Self::push).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the element is dropped then.
    #[inline]
    pub fn try_push(&mut self, value: T) -> Result<(), AllocError> {
        if self.inner.len() == self.inner.capacity() {
            self.try_reserve(1)?;
        }
        self.inner.push(value);
        Ok(())
    }

    /// Puts an element at `index`, and moves those behind it.
    ///
    /// # Panics
    /// If `index` is beyond the end, or memory is refused.
    #[track_caller]
    pub fn insert(&mut self, index: usize, value: T) {
        assert!(
            index <= self.len(),
            "index {index} is beyond the end {}",
            self.len()
        );
        self.reserve(1);
        self.inner.insert(index, value);
    }

    /// Drops the elements from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.inner.truncate(len);
    }

    /// Drops all elements; the memory stays.
    pub fn clear(&mut self) {
        self.inner.clear();
    }

    /// Appends clones of the elements of a slice.
    ///
    /// # Panics
    /// If memory is refused; see [`try_extend_from_slice`](Self::try_extend_from_slice).
    #[track_caller]
    pub fn extend_from_slice(&mut self, from: &[T])
    where
        T: Clone,
    {
        expect(self.try_extend_from_slice(from));
    }

    /// As [`extend_from_slice`](Self::extend_from_slice).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the vector is as before.
    pub fn try_extend_from_slice(&mut self, from: &[T]) -> Result<(), AllocError>
    where
        T: Clone,
    {
        self.try_reserve(from.len())?;
        self.fill_from(from);
        Ok(())
    }

    /// Appends clones of a range of its own elements.
    ///
    /// # Panics
    /// If the range is beyond the end, or memory is refused.
    #[track_caller]
    pub fn extend_from_within(&mut self, range: impl RangeBounds<usize>)
    where
        T: Clone,
    {
        let range = (range.start_bound().cloned(), range.end_bound().cloned());
        self.reserve(self.inner[range].len());
        self.inner.extend_from_within(range);
    }

    /// Moves the elements of another vector to the end of this one.
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    pub fn append(&mut self, other: &mut PVec<'_, T, L>) {
        self.reserve(other.len());
        self.fill(other.inner.drain(..));
    }

    /// Makes it `len` elements long, with clones of `value` behind those it has.
    ///
    /// # Panics
    /// If memory is refused; see [`try_resize`](Self::try_resize).
    #[track_caller]
    pub fn resize(&mut self, len: usize, value: T)
    where
        T: Clone,
    {
        expect(self.try_resize(len, value));
    }

    /// As [`resize`](Self::resize).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the vector is as before.
    pub fn try_resize(&mut self, len: usize, value: T) -> Result<(), AllocError>
    where
        T: Clone,
    {
        self.try_reserve(len.saturating_sub(self.len()))?;
        self.inner.resize(len, value);
        Ok(())
    }

    /// Makes it `len` elements long, with what `value` returns behind those it has.
    ///
    /// # Panics
    /// If memory is refused, or if `value` panics.
    #[track_caller]
    pub fn resize_with(&mut self, len: usize, value: impl FnMut() -> T) {
        self.reserve(len.saturating_sub(self.len()));
        self.inner.resize_with(len, value);
    }

    /// Takes the elements from `at` on into a vector of the same home.
    ///
    /// # Panics
    /// If `at` is beyond the end, or memory is refused.
    #[track_caller]
    #[must_use = "to drop the rest, use `truncate`"]
    pub fn split_off(&mut self, at: usize) -> Self {
        assert!(at <= self.len(), "{at} is beyond the end {}", self.len());
        let mut rest = expect(Self::with_room_for(self.len() - at, self.home()));
        rest.fill(self.inner.drain(at..));
        rest
    }

    /// The room behind the elements, to be filled by hand; see [`set_len`](Self::set_len).
    ///
    /// ```
    /// zkarena::with_phase(|phase| {
    ///     let mut squares = phase.vec_with::<usize>(4);
    ///     let places = &mut squares.spare_capacity_mut()[..4];
    ///     places.iter_mut().enumerate().for_each(|(n, place)| _ = place.write(n * n));
    ///     // SAFETY: the four elements were written.
    ///     unsafe { squares.set_len(4) };
    ///     assert_eq!(squares[..], [0, 1, 4, 9]);
    /// });
    /// ```
    pub fn spare_capacity_mut(&mut self) -> &mut [MaybeUninit<T>] {
        self.inner.spare_capacity_mut()
    }

    /// Says how many elements there are.
    ///
    /// # Safety
    /// `len` is at most the capacity, and that many elements are initialised.
    pub unsafe fn set_len(&mut self, len: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.inner.set_len(len) };
    }
}
