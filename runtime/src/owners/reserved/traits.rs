//! What a reserved vector is to the rest of the language, and to phases.
#![forbid(unsafe_code)]

use super::Reserved;
use crate::arena::Footprint;
use crate::error::AllocError;
use crate::owners::{ArenaAlloc, Build, Detach, Home, Label, MayLeave, PVec};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::slice;

impl<T> Deref for Reserved<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.vec
    }
}

impl<T> DerefMut for Reserved<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.vec
    }
}

/// As its vector: that of secrets prints `[secret]`.
impl<'ph, T, L: Label> fmt::Debug for Reserved<'ph, T, L>
where
    PVec<'ph, T, L>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.vec.fmt(f)
    }
}

impl<'a, T> IntoIterator for &'a Reserved<'_, T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut Reserved<'_, T> {
    type Item = &'a mut T;
    type IntoIter = slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Clone + 'static, L: Label> ArenaAlloc for Reserved<'_, T, L> {
    type In<'to> = Reserved<'to, T, L>;

    fn footprint(&self) -> Footprint {
        self.home().footprint(self.room_bytes())
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Reserved<'to, T, L>, AllocError> {
        let to = L::place(to, self.room_bytes())?;
        let copy = self.vec.copy_with_room(self.limit, to)?;
        Ok(self.like(copy))
    }

    fn try_move_to(mut self, to: Home<'_>) -> Result<Reserved<'_, T, L>, AllocError> {
        self.close();
        let to = L::place(to, self.room_bytes())?;
        let moved = self.vec.take().move_with_room(self.limit, to)?;
        Ok(self.like(moved))
    }
}

impl<T: Clone + 'static, L: Label + MayLeave> Detach for Reserved<'_, T, L> {}

impl<'ph, T, L: Label> Build<'ph> for Reserved<'ph, T, L> {
    type Item = T;
    type Planned = <PVec<'ph, T, L> as Build<'ph>>::Planned;

    fn with_room(home: Home<'ph>, capacity: usize, align: usize) -> Result<Self, AllocError> {
        let vec = PVec::with_room(home, capacity, align)?;
        Ok(Self::bounded(vec, capacity))
    }

    fn filled(
        home: Home<'ph>,
        len: usize,
        room: usize,
        align: usize,
        init: impl FnMut(usize) -> T,
    ) -> Result<Self, AllocError> {
        let vec = PVec::filled(home, len, room, align, init)?;
        Ok(Self::bounded(vec, len.max(room)))
    }
}
