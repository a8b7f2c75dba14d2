//! Many elements at once, into room that is there: a plain loop, which becomes a copy for plain elements.

use super::PVec;
use crate::owners::{Home, Label};
use allocator_api2::vec::Vec as ApiVec;

/// A vector whose length is set when this is dropped: also if an iterator or a `clone` panics.
struct Filling<'v, 'ph, T> {
    vec: &'v mut ApiVec<T, Home<'ph>>,
    len: usize,
}

impl<T> Drop for Filling<'_, '_, T> {
    fn drop(&mut self) {
        // SAFETY: every element below `len` was there, or was written by `fill`.
        unsafe { self.vec.set_len(self.len) };
    }
}

impl<T, L: Label> PVec<'_, T, L> {
    /// Appends values for as long as there is room; the others stay in the iterator.
    pub(super) fn fill(&mut self, values: impl Iterator<Item = T>) {
        let room = self.inner.capacity() - self.inner.len();
        let mut filling = Filling {
            len: self.inner.len(),
            vec: &mut self.inner,
        };
        let start = filling.vec.as_mut_ptr();
        values.take(room).for_each(|value| {
            // SAFETY: `take` lets no more values by than there is room for.
            let place = unsafe { start.add(filling.len) };
            // SAFETY: a place in the vector's room, where nothing is yet.
            unsafe { place.write(value) };
            filling.len += 1;
        });
    }

    /// Appends clones of the elements of a slice, for which there is room.
    pub(super) fn fill_from(&mut self, from: &[T])
    where
        T: Clone,
    {
        self.fill(from.iter().cloned());
    }
}
