//! `Secret`: one value that is wiped where it lies.

use crate::arena::Footprint;
use crate::error::AllocError;
use crate::owners::{ArenaAlloc, Detach, Home, MayLeave};
use crate::wipe::wipe;
use std::fmt;
use std::mem::{self, MaybeUninit};
use std::ptr::NonNull;

/// A value that is wiped when it is dropped, and is only seen by who asks for it by name.
///
/// ```
/// use zkarena::Secret;
///
/// let mut blinding = Secret::new(41u64);
/// *blinding.expose_mut() += 1;
/// assert_eq!(*blinding.expose(), 42);
/// assert_eq!(format!("{blinding:?}"), "[secret]");
/// let sent: u64 = blinding.declassify(); // from here on it is nobody's secret
/// assert_eq!(sent, 42);
/// ```
///
/// It is as large as the value. All of its bytes are wiped, padding included, after the value's own
/// destructor has run. There is no `Clone`, no `Display`, no comparison and no `Serialize`: a secret is
/// not copied, printed, or compared in time that depends on it, unless the program says
/// [`expose`](Self::expose).
///
/// Without a parameter it is the label of vectors: `PVec<'ph, T, Secret>`.
///
/// # What it does not do
/// - What a move leaves behind is not wiped: a value that is moved is copied by the processor, and the
///   place that it came from is not told. [`wipe_thread`](crate::wipe_thread) clears what is left on
///   the stack; a value that has to stay where it is goes into a [`PBox`](crate::PBox).
/// - Memory that the value owns elsewhere, as a `Vec` does, is not wiped by it.
/// - A value that is forgotten ([`std::mem::forget`]) is not wiped.
///
/// # Invariants
/// 1. `value` is initialised until the secret is dropped or declassified.
pub struct Secret<T = ()> {
    value: MaybeUninit<T>,
}

/// Wipes a place when it is dropped: also if a destructor panics.
struct Wiped<'a, T>(&'a mut MaybeUninit<T>);

impl<T> Drop for Wiped<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the place is borrowed by us alone, and any bytes will do for a `MaybeUninit`.
        unsafe { wipe(NonNull::from(&mut *self.0).cast(), size_of::<T>()) };
    }
}

impl<T> Secret<T> {
    /// A value that is a secret from now on. Copies of it that the caller has are the caller's.
    pub const fn new(value: T) -> Self {
        Self {
            value: MaybeUninit::new(value),
        }
    }

    /// The value, to read.
    #[inline]
    pub const fn expose(&self) -> &T {
        // SAFETY: invariant 1.
        unsafe { self.value.assume_init_ref() }
    }

    /// The value, to change.
    #[inline]
    pub const fn expose_mut(&mut self) -> &mut T {
        // SAFETY: invariant 1.
        unsafe { self.value.assume_init_mut() }
    }

    /// The value itself, which is no secret any more; the place it was in is wiped.
    pub fn declassify(mut self) -> T {
        // SAFETY: invariant 1; the secret, which would drop it once more, is forgotten below.
        let value = unsafe { self.value.assume_init_read() };
        drop(Wiped(&mut self.value));
        mem::forget(self);
        value
    }
}

impl<T> Drop for Secret<T> {
    fn drop(&mut self) {
        let place = Wiped(&mut self.value);
        // SAFETY: invariant 1; nobody uses the value any more.
        unsafe { place.0.assume_init_drop() };
    }
}

/// Always `[secret]`, whatever it is.
impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The value moves in place, as one that an arena knows nothing of.
impl<T: Clone + 'static> ArenaAlloc for Secret<T> {
    type In<'to> = Self;

    fn footprint(&self) -> Footprint {
        Footprint::ZERO
    }

    fn try_copy_to(&self, _to: Home<'_>) -> Result<Self, AllocError> {
        Ok(Self::new(self.expose().clone()))
    }

    fn try_move_to(self, _to: Home<'_>) -> Result<Self, AllocError> {
        Ok(self)
    }
}

/// Never: the bound is not met. It is not on `Self`, or its text would not be shown.
impl<T: Clone + 'static> Detach for Secret<T> where [Self]: MayLeave {}
