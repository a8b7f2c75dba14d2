//! Filling a reserved vector, up to its bound.
#![forbid(unsafe_code)]

use super::{Reserved, expect};
use crate::error::{AllocError, Cause, Reserving};
use crate::owners::Label;
use crate::phase::abandoned_by_thread;

impl<T, L: Label> Reserved<'_, T, L> {
    /// Appends an element.
    ///
    /// # Panics
    /// If it is full; see [`try_push`](Self::try_push).
    #[inline]
    #[track_caller]
    pub fn push(&mut self, value: T) {
        expect(self.try_push(value));
    }

    /// As [`push`](Self::push).
    ///
    /// ```
    /// use zkarena::Reservation;
    ///
    /// zkarena::with_phase(|phase| {
    ///     let mut events = Reservation::at_most("events", 1).open(*phase);
    ///     events.push('a');
    ///     let refused = events.try_push('b').expect_err("one element too many");
    ///     assert!(refused.is_over_limit());
    ///     assert!(refused.to_string().starts_with("a reservation `events` of 1 elements is full"));
    /// });
    /// ```
    ///
    /// # Errors
    /// [`AllocError`] if it is full, or if it has no bound and memory is refused; the element is dropped then.
    #[inline]
    pub fn try_push(&mut self, value: T) -> Result<(), AllocError> {
        if self.len() == self.limit {
            self.make_room(1)?;
        }
        self.vec.try_push(value)
    }

    /// Appends clones of the elements of a slice.
    ///
    /// # Panics
    /// If they do not fit; see [`try_extend_from_slice`](Self::try_extend_from_slice).
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
    /// [`AllocError`] if they do not fit; the vector is as before.
    pub fn try_extend_from_slice(&mut self, from: &[T]) -> Result<(), AllocError>
    where
        T: Clone,
    {
        if from.len() > self.room() {
            self.make_room(from.len())?;
        }
        self.vec.try_extend_from_slice(from)
    }

    /// Drops the elements from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.note_len();
        self.vec.truncate(len);
    }

    /// Drops all elements; the room stays.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Makes room for more than there is, which only a vector without a bound has.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, more: usize) -> Result<(), AllocError> {
        if let Some(bound) = self.bound {
            let name = self.books.as_ref().map(|books| books.name);
            let bytes = more.saturating_mul(size_of::<T>());
            let full = Cause::Reservation(Reserving::Full { name, bound });
            return Err(AllocError::new(bytes, full));
        }
        let (grows, before) = (self.limit > 0, abandoned_by_thread());
        self.vec.try_reserve(more)?;
        self.limit = self.vec.capacity();
        if let Some(books) = self.books.as_mut().filter(|_| grows) {
            books.growths += 1;
            books.abandoned_bytes += abandoned_by_thread() - before;
        }
        Ok(())
    }
}

/// # Panics
/// If they do not fit.
impl<T, L: Label> Extend<T> for Reserved<'_, T, L> {
    #[track_caller]
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.push(value);
        }
    }
}

/// # Panics
/// If they do not fit.
impl<'a, T: Copy + 'a, L: Label> Extend<&'a T> for Reserved<'_, T, L> {
    #[track_caller]
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, values: I) {
        self.extend(values.into_iter().copied());
    }
}
