//! `PBox`: one value in an arena.

use super::{ArenaAlloc, Home};
use crate::arena::Footprint;
use crate::error::AllocError;
use crate::phase::Phase;
use allocator_api2::boxed::Box as ApiBox;
use std::alloc::Layout;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// A value in an arena, dropped with its box.
///
/// ```
/// zkarena::with_phase(|phase| {
///     let name = phase.boxed(String::from("fold")); // its destructor runs
///     assert_eq!(name.len(), 4);
/// });
/// ```
pub struct PBox<'ph, T>(ApiBox<T, Home<'ph>>);

impl<'ph, T> PBox<'ph, T> {
    /// Puts a value into an arena, or on the heap.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused; the value is dropped then.
    pub fn try_new_in(value: T, home: impl Into<Home<'ph>>) -> Result<Self, AllocError> {
        let home = home.into();
        ApiBox::try_new_in(value, home)
            .map(Self)
            .map_err(|_| home.refusal(Some(size_of::<T>())))
    }

    /// The value.
    pub fn into_inner(self) -> T {
        ApiBox::into_inner(self.0)
    }
}

impl<'ph> Phase<'ph> {
    /// Puts a value into the arena that is dropped with its box.
    ///
    /// # Panics
    /// If memory is refused; see [`try_boxed`](Self::try_boxed).
    #[track_caller]
    pub fn boxed<T>(self, value: T) -> PBox<'ph, T> {
        self.try_boxed(value)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// As [`boxed`](Self::boxed).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the value is dropped then.
    pub fn try_boxed<T>(self, value: T) -> Result<PBox<'ph, T>, AllocError> {
        PBox::try_new_in(value, self)
    }
}

impl<T> Deref for PBox<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for PBox<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for PBox<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: fmt::Display> fmt::Display for PBox<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: PartialEq> PartialEq for PBox<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        T::eq(self, other)
    }
}

impl<T: Eq> Eq for PBox<'_, T> {}

impl<T: Clone + 'static> ArenaAlloc for PBox<'_, T> {
    type In<'to> = PBox<'to, T>;

    fn footprint(&self) -> Footprint {
        ApiBox::allocator(&self.0).footprint(size_of::<T>())
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<PBox<'to, T>, AllocError> {
        PBox::try_new_in(T::clone(self), to)
    }

    fn try_move_to(self, to: Home<'_>) -> Result<PBox<'_, T>, AllocError> {
        let from = *ApiBox::allocator(&self.0);
        let block = NonNull::from(&*self.0).cast();
        // SAFETY: the box's block is from its home, and the box gives it up below if it changed hands.
        let home = unsafe { from.hand_over(block, Layout::new::<T>(), to) }?;
        let Some(home) = home else {
            return PBox::try_new_in(self.into_inner(), to);
        };
        let value = ApiBox::into_raw(self.0);
        // SAFETY: the value of a box, whose block belongs to `home` now.
        Ok(PBox(unsafe { ApiBox::from_raw_in(value, home) }))
    }
}
