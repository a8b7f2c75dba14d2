//! Vectors of secrets: made in the witness arena, and seen by name.

use super::{PVec, expect};
use crate::error::AllocError;
use crate::owners::{Home, Secret};
use crate::phase::Phase;
use crate::plain::Zeroable;
use crate::wipe::wipe;
use std::fmt;
use std::ptr::NonNull;

impl<'ph> Phase<'ph> {
    /// An empty vector of secrets in the witness arena; takes no memory yet.
    pub fn secret_vec<T>(self) -> PVec<'ph, T, Secret> {
        self.witness().vec().relabelled()
    }

    /// An empty vector of secrets with room for `capacity` elements, in the witness arena.
    ///
    /// # Panics
    /// If memory is refused; see [`try_secret_vec_with`](Self::try_secret_vec_with).
    #[track_caller]
    pub fn secret_vec_with<T>(self, capacity: usize) -> PVec<'ph, T, Secret> {
        expect(self.try_secret_vec_with(capacity))
    }

    /// As [`secret_vec_with`](Self::secret_vec_with).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_secret_vec_with<T>(
        self,
        capacity: usize,
    ) -> Result<PVec<'ph, T, Secret>, AllocError> {
        self.witness().try_vec_with(capacity).map(PVec::relabelled)
    }

    /// A vector of the elements of a slice, in the witness arena. The slice stays as it is: wiping it is
    /// its owner's business. [`secret_vec_of`](Self::secret_vec_of) wipes what it is made of.
    ///
    /// # Panics
    /// If memory is refused; see [`try_secret_vec_from`](Self::try_secret_vec_from).
    #[track_caller]
    pub fn secret_vec_from<T: Clone>(self, from: &[T]) -> PVec<'ph, T, Secret> {
        expect(self.try_secret_vec_from(from))
    }

    /// As [`secret_vec_from`](Self::secret_vec_from).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_secret_vec_from<T: Clone>(
        self,
        from: &[T],
    ) -> Result<PVec<'ph, T, Secret>, AllocError> {
        self.witness().try_vec_from(from).map(PVec::relabelled)
    }

    /// The elements of a `Vec`, moved to the witness arena; the memory that they were in is wiped and
    /// freed. What the `Vec` left behind when it grew is not.
    ///
    /// ```
    /// zkarena::with_phase(|phase| {
    ///     let inputs: Vec<u64> = vec![3, 5]; // from a library that knows no secrets
    ///     let inputs = phase.secret_vec_of(inputs);
    ///     assert_eq!(inputs.expose(), [3, 5]);
    /// });
    /// ```
    ///
    /// # Panics
    /// If memory is refused; see [`try_secret_vec_of`](Self::try_secret_vec_of).
    #[track_caller]
    pub fn secret_vec_of<T>(self, values: Vec<T>) -> PVec<'ph, T, Secret> {
        expect(self.try_secret_vec_of(values))
    }

    /// As [`secret_vec_of`](Self::secret_vec_of).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the elements are dropped and wiped then.
    pub fn try_secret_vec_of<T>(self, values: Vec<T>) -> Result<PVec<'ph, T, Secret>, AllocError> {
        let mut values = Wiped(values);
        let mut vec = self.try_secret_vec_with(values.0.len())?;
        vec.fill(values.0.drain(..));
        Ok(vec)
    }

    /// A vector of `len` secrets of zero bytes, in the witness arena; see [`vec_zeroed`](Self::vec_zeroed).
    ///
    /// # Panics
    /// If memory is refused; see [`try_secret_vec_zeroed`](Self::try_secret_vec_zeroed).
    #[track_caller]
    pub fn secret_vec_zeroed<T: Zeroable>(self, len: usize) -> PVec<'ph, T, Secret> {
        expect(self.try_secret_vec_zeroed(len))
    }

    /// As [`secret_vec_zeroed`](Self::secret_vec_zeroed).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_secret_vec_zeroed<T: Zeroable>(
        self,
        len: usize,
    ) -> Result<PVec<'ph, T, Secret>, AllocError> {
        self.witness().try_vec_zeroed(len).map(PVec::relabelled)
    }
}

impl<T> PVec<'_, T, Secret> {
    /// The elements, to read.
    #[inline]
    pub fn expose(&self) -> &[T] {
        self.inner.as_slice()
    }

    /// The elements, to change.
    #[inline]
    pub fn expose_mut(&mut self) -> &mut [T] {
        self.inner.as_mut_slice()
    }

    /// The elements as a public vector, in a phase or by `Home::Heap` free of every phase. They are moved;
    /// what they leave in the witness arena is wiped with it.
    ///
    /// # Panics
    /// If memory is refused; see [`try_declassify`](Self::try_declassify).
    #[track_caller]
    pub fn declassify<'to>(self, to: impl Into<Home<'to>>) -> PVec<'to, T> {
        expect(self.try_declassify(to))
    }

    /// As [`declassify`](Self::declassify).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the elements are dropped then.
    pub fn try_declassify<'to>(self, to: impl Into<Home<'to>>) -> Result<PVec<'to, T>, AllocError> {
        self.relabelled().move_to(to.into())
    }
}

/// Always `[secret]`: neither the elements nor how many there are.
impl<T> fmt::Debug for PVec<'_, T, Secret> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A `Vec` whose memory is wiped before it is freed.
struct Wiped<T>(Vec<T>);

impl<T> Drop for Wiped<T> {
    fn drop(&mut self) {
        Room(&mut self.0).0.clear();
    }
}

/// The memory of a vector that has no element any more: wiped also if a destructor panicked.
struct Room<'a, T>(&'a mut Vec<T>);

impl<T> Drop for Room<'_, T> {
    fn drop(&mut self) {
        let room = NonNull::from(self.0.spare_capacity_mut());
        // SAFETY: memory of the vector, of which `clear` has made room before it dropped anything, borrowed by us alone.
        unsafe { wipe(room.cast(), self.0.capacity() * size_of::<T>()) };
    }
}
