//! Vectors that change their home, and vectors made of raw blocks.

use super::{PVec, expect};
use crate::arena::Footprint;
use crate::error::AllocError;
use crate::owners::build::room_for;
use crate::owners::{ArenaAlloc, Build, Home, Label};
use crate::plain::Zeroable;
use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec as ApiVec;
use std::alloc::Layout;
use std::mem::ManuallyDrop;
use std::ptr::{self, NonNull};

impl<'ph, T> PVec<'ph, T> {
    /// A vector of `len` elements of zero bytes.
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_zeroed_in(len: usize, home: impl Into<Home<'ph>>) -> Result<Self, AllocError>
    where
        T: Zeroable,
    {
        let home = home.into();
        let layout = Layout::array::<T>(len).map_err(|_| home.refusal(None))?;
        if layout.size() == 0 {
            let mut vec = Self::new_in(home);
            // SAFETY: no bytes: zero elements, or elements of zero size, of which zero bytes are one;
            // the capacity of a vector of those has no limit.
            unsafe { vec.inner.set_len(len) };
            return Ok(vec);
        }
        let block = home
            .allocate_zeroed(layout)
            .map_err(|_| home.refusal(Some(layout.size())))?
            .cast::<T>();
        // SAFETY: a block of `home` with the layout of `len` elements, all of which are valid as zero bytes.
        let inner = unsafe { ApiVec::from_raw_parts_in(block.as_ptr(), len, len, home) };
        Ok(Self::of(inner))
    }
}

impl<T, L: Label> PVec<'_, T, L> {
    /// The same elements in another home: the memory itself changes hands where it can.
    pub(super) fn move_to(self, to: Home<'_>) -> Result<PVec<'_, T, L>, AllocError> {
        self.move_with_room(0, to)
    }

    /// The same, with room for `room` elements, which this vector has.
    pub(in crate::owners) fn move_with_room(
        self,
        room: usize,
        to: Home<'_>,
    ) -> Result<PVec<'_, T, L>, AllocError> {
        match self.hand_over(to)? {
            Ok(moved) => Ok(moved),
            Err(kept) => kept.move_elements(room, to),
        }
    }

    /// Clones of the elements in another home, with room for `room` of them, or for those there are.
    pub(in crate::owners) fn copy_with_room<'to>(
        &self,
        room: usize,
        to: Home<'to>,
    ) -> Result<PVec<'to, T, L>, AllocError>
    where
        T: Clone,
    {
        let mut copy = PVec::with_room_for(self.len().max(room), to)?;
        copy.fill_from(&self.inner);
        Ok(copy)
    }

    /// Hands a vector with pages of its own over; gives back one that has to be moved.
    fn hand_over(self, to: Home<'_>) -> Result<Result<PVec<'_, T, L>, Self>, AllocError> {
        let Ok(layout) = Layout::array::<T>(self.capacity()) else {
            return Ok(Err(self)); // elements without bytes
        };
        let block = NonNull::from(self.inner.as_slice()).cast::<u8>();
        // SAFETY: the vector's block is from its home, and the vector gives it up below if it changed hands.
        let home = unsafe { self.inner.allocator().hand_over(block, layout, to) }?;
        let Some(home) = home else {
            return Ok(Err(self));
        };
        let (start, len, capacity, _) = self.inner.into_raw_parts_with_alloc();
        // SAFETY: the vector's parts, whose block belongs to `home` now.
        let inner = unsafe { ApiVec::from_raw_parts_in(start, len, capacity, home) };
        Ok(Ok(PVec::of(inner)))
    }

    /// Moves the elements to new memory with room for `room` elements, or for those there are.
    fn move_elements(mut self, room: usize, to: Home<'_>) -> Result<PVec<'_, T, L>, AllocError> {
        let mut moved = PVec::with_room_for(self.len().max(room), to)?;
        let len = self.len();
        // SAFETY: no element is dropped by this vector any more: they move.
        unsafe { self.inner.set_len(0) };
        // SAFETY: the first has `len` elements (its length was that), the second room for as many, and they do not overlap.
        unsafe {
            ptr::copy_nonoverlapping(self.inner.as_ptr(), moved.inner.as_mut_ptr(), len);
        }
        // SAFETY: that many elements were moved in.
        unsafe { moved.inner.set_len(len) };
        Ok(moved)
    }
}

/// The vector as it is, detached: nothing is copied.
///
/// ```
/// use zkarena::PVec;
///
/// let rows = vec![1u32, 2, 3];
/// let start = rows.as_ptr();
/// let rows = PVec::from(rows);
/// assert_eq!((&rows[..], rows.as_ptr()), (&[1, 2, 3][..], start));
/// assert_eq!(Vec::from(rows).as_ptr(), start);
/// ```
impl<T> From<Vec<T>> for PVec<'static, T> {
    fn from(vec: Vec<T>) -> Self {
        let mut vec = ManuallyDrop::new(vec);
        let (start, len, capacity) = (vec.as_mut_ptr(), vec.len(), vec.capacity());
        // SAFETY: a vector's parts, which it does not use any more; its block is the global allocator's, as those of the heap are.
        let inner = unsafe { ApiVec::from_raw_parts_in(start, len, capacity, Home::Heap) };
        Self::of(inner)
    }
}

/// For library code that demands a `Vec`. A vector on the heap is taken as it is; the elements of one in
/// a phase, or in pages that it took along when it was detached, are moved.
impl<T> From<PVec<'_, T>> for Vec<T> {
    fn from(vec: PVec<'_, T>) -> Self {
        // Not `move_to`: a `Vec` cannot free pages that a phase let go.
        let on_heap = match vec.inner.allocator() {
            Home::Heap => vec,
            Home::Phase(_) | Home::Detached => expect(vec.move_elements(0, Home::Heap)),
        };
        let (start, len, capacity, _) = on_heap.inner.into_raw_parts_with_alloc();
        // SAFETY: a vector's parts; its block is the global allocator's, as those of `Home::Heap` are.
        unsafe { Self::from_raw_parts(start, len, capacity) }
    }
}

impl<T: Clone + 'static, L: Label> ArenaAlloc for PVec<'_, T, L> {
    type In<'to> = PVec<'to, T, L>;

    fn footprint(&self) -> Footprint {
        self.home().footprint(self.len() * size_of::<T>())
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<PVec<'to, T, L>, AllocError> {
        let to = L::place(to, size_of_val(self.inner.as_slice()))?;
        self.copy_with_room(0, to)
    }

    fn try_move_to(self, to: Home<'_>) -> Result<PVec<'_, T, L>, AllocError> {
        let to = L::place(to, size_of_val(self.inner.as_slice()))?;
        self.move_to(to)
    }
}

impl<'ph, T, L: Label> Build<'ph> for PVec<'ph, T, L> {
    type Item = T;
    type Planned = L::Planned<T>;

    fn with_room(home: Home<'ph>, capacity: usize, align: usize) -> Result<Self, AllocError> {
        let capacity = room_for::<T>(capacity, align);
        let home = L::place(home, capacity.saturating_mul(size_of::<T>()))?;
        Self::with_room_for(capacity, home)
    }

    fn filled(
        home: Home<'ph>,
        len: usize,
        room: usize,
        align: usize,
        init: impl FnMut(usize) -> T,
    ) -> Result<Self, AllocError> {
        let mut vec = Self::with_room(home, len.max(room), align)?;
        vec.fill((0..len).map(init));
        Ok(vec)
    }
}
