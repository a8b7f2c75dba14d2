//! Filling a `PVec` on all threads of a rayon pool.

use super::{PVec, expect};
use crate::error::AllocError;
use crate::phase::Phase;
use rayon::prelude::*;

impl<'ph> Phase<'ph> {
    /// A vector of `len` elements, each made from its index, on all threads.
    ///
    /// ```
    /// zkarena::with_phase(|phase| {
    ///     let squares = phase.par_vec(1000, |n| n * n);
    ///     assert_eq!(squares[30], 900);
    /// });
    /// ```
    ///
    /// # Panics
    /// If memory is refused, or `element` panics; elements made so far are not dropped then.
    #[track_caller]
    pub fn par_vec<T: Send>(self, len: usize, element: impl Fn(usize) -> T + Sync) -> PVec<'ph, T> {
        expect(self.try_par_vec(len, element))
    }

    /// As [`par_vec`](Self::par_vec).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_par_vec<T: Send>(
        self,
        len: usize,
        element: impl Fn(usize) -> T + Sync,
    ) -> Result<PVec<'ph, T>, AllocError> {
        let mut vec = self.try_vec_with(len)?;
        let places = &mut vec.spare_capacity_mut()[..len];
        let fill = |(index, place): (usize, &mut std::mem::MaybeUninit<T>)| {
            place.write(element(index));
        };
        places.par_iter_mut().enumerate().for_each(fill);
        // SAFETY: the loop has written each of the `len` places.
        unsafe { vec.set_len(len) };
        Ok(vec)
    }
}

impl<'a, T: Sync + 'a> IntoParallelIterator for &'a PVec<'_, T> {
    type Iter = rayon::slice::Iter<'a, T>;
    type Item = &'a T;

    fn into_par_iter(self) -> Self::Iter {
        self.as_slice().into_par_iter()
    }
}

impl<'a, T: Send + 'a> IntoParallelIterator for &'a mut PVec<'_, T> {
    type Iter = rayon::slice::IterMut<'a, T>;
    type Item = &'a mut T;

    fn into_par_iter(self) -> Self::Iter {
        self.as_mut_slice().into_par_iter()
    }
}
