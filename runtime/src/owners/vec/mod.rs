//! `PVec`: a growing array in an arena.

mod carried;
mod extend;
mod fill;
mod into_iter;
#[cfg(feature = "rayon")]
mod parallel;
mod room;
mod secret;
#[cfg(feature = "serde")]
mod serial;
mod surface;
mod traits;

use super::{Home, Label, Public};
use crate::error::AllocError;
use crate::phase::Phase;
use crate::plain::Zeroable;
use allocator_api2::vec::Vec as ApiVec;
pub use into_iter::IntoIter;
use std::marker::PhantomData;
use std::mem;

/// A vector in an arena of a phase: what `Vec` is to the heap, with the lifetime of its phase.
///
/// It drops what it holds, grows in place while it is the last block of its chunk (or has pages of
/// its own, from 64 KiB on outside of a [reserved chunk](crate::Plan::reserve)), and gives its memory
/// back when it is dropped if it can: the last block of a chunk, and pages of its own; anything else
/// waits for the phase to end.
///
/// Each method that allocates panics where `Vec` would end the process: when memory is refused. The
/// `try_` twins return an error instead.
///
/// ```
/// use zkarena::{Phase, PVec};
///
/// fn folded<'ph>(evals: &[u64], phase: Phase<'ph>) -> PVec<'ph, u64> {
///     let mut half = phase.vec_with(evals.len() / 2);
///     half.extend(evals.chunks_exact(2).map(|pair| pair[0] + pair[1]));
///     half
/// }
/// zkarena::with_phase(|phase| assert_eq!(folded(&[1, 2, 3, 4], *phase)[..], [3, 7]));
/// ```
///
/// # Secrets
/// `PVec<'ph, T, Secret>` is a vector of secrets. It lies in the witness arena of its phase, which is
/// wiped, and its elements are only seen by name: [`expose`](PVec::expose) and
/// [`expose_mut`](PVec::expose_mut), or [`declassify`](PVec::declassify) for a public vector. It is
/// filled like any other, but not indexed, iterated, printed, compared, cloned, serialized or detached.
///
/// ```
/// use zkarena::{PVec, Secret};
///
/// zkarena::with_phase(|phase| {
///     let mut bits: PVec<'_, bool, Secret> = phase.secret_vec_with(2);
///     bits.extend([true, false]);
///     assert_eq!(format!("{bits:?}"), "[secret]");
///     let ones = bits.expose().iter().filter(|bit| **bit).count();
///     let published: PVec<'_, bool> = bits.declassify(*phase);
///     assert_eq!((ones, &published[..]), (1, &[true, false][..]));
/// });
/// ```
///
/// # Alignment
/// In the poly and witness arenas every block starts at a multiple of 64 bytes, and one that is
/// allocated with 4 KiB or more at a page.
pub struct PVec<'ph, T, L: Label = Public> {
    inner: ApiVec<T, Home<'ph>>,
    /// A function's result: what the label is has no say in where the vector may go.
    label: PhantomData<fn() -> L>,
}

/// What [`PVec::drain`] returns.
pub type Drain<'a, 'ph, T> = allocator_api2::vec::Drain<'a, T, Home<'ph>>;

impl<'ph, T> PVec<'ph, T> {
    /// An empty vector; takes no memory yet.
    pub fn new_in(home: impl Into<Home<'ph>>) -> Self {
        Self::empty(home.into())
    }

    /// An empty vector with room for `capacity` elements.
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_with_capacity_in(
        capacity: usize,
        home: impl Into<Home<'ph>>,
    ) -> Result<Self, AllocError> {
        Self::with_room_for(capacity, home.into())
    }
}

impl<'ph, T, L: Label> PVec<'ph, T, L> {
    /// What the parts of a vector make, whoever may see it.
    const fn of(inner: ApiVec<T, Home<'ph>>) -> Self {
        let label = PhantomData;
        Self { inner, label }
    }

    /// As it is, under another label.
    fn relabelled<M: Label>(self) -> PVec<'ph, T, M> {
        PVec::of(self.inner)
    }

    fn empty(home: Home<'ph>) -> Self {
        Self::of(ApiVec::new_in(home))
    }

    fn with_room_for(capacity: usize, home: Home<'ph>) -> Result<Self, AllocError> {
        let mut vec = Self::empty(home);
        vec.try_reserve_exact(capacity)?;
        Ok(vec)
    }

    /// The vector, and an empty one of the same home in its place.
    pub(in crate::owners) fn take(&mut self) -> Self {
        let empty = Self::empty(self.home());
        mem::replace(self, empty)
    }

    /// Where its memory comes from.
    pub fn home(&self) -> Home<'ph> {
        self.inner.allocator().for_copies()
    }
}

/// Ends in a panic if `result` is an error.
#[track_caller]
fn expect<R>(result: Result<R, AllocError>) -> R {
    match result {
        Ok(value) => value,
        Err(refused) => refuse(refused),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn refuse(refused: AllocError) -> ! {
    panic!("{refused}")
}

impl<'ph> Phase<'ph> {
    /// An empty vector; takes no memory yet.
    pub fn vec<T>(self) -> PVec<'ph, T> {
        PVec::new_in(self)
    }

    /// An empty vector with room for `capacity` elements.
    ///
    /// # Panics
    /// If memory is refused; see [`try_vec_with`](Self::try_vec_with).
    #[track_caller]
    pub fn vec_with<T>(self, capacity: usize) -> PVec<'ph, T> {
        expect(self.try_vec_with(capacity))
    }

    /// As [`vec_with`](Self::vec_with).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_vec_with<T>(self, capacity: usize) -> Result<PVec<'ph, T>, AllocError> {
        PVec::try_with_capacity_in(capacity, self)
    }

    /// A vector of the elements of a slice.
    ///
    /// # Panics
    /// If memory is refused; see [`try_vec_from`](Self::try_vec_from).
    #[track_caller]
    pub fn vec_from<T: Clone>(self, from: &[T]) -> PVec<'ph, T> {
        expect(self.try_vec_from(from))
    }

    /// As [`vec_from`](Self::vec_from).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_vec_from<T: Clone>(self, from: &[T]) -> Result<PVec<'ph, T>, AllocError> {
        let mut vec = self.try_vec_with(from.len())?;
        vec.fill_from(from);
        Ok(vec)
    }

    /// A vector of `len` elements of zero bytes. From 64 KiB on its pages are not touched, unless they
    /// are those of a reserved chunk.
    ///
    /// # Panics
    /// If memory is refused; see [`try_vec_zeroed`](Self::try_vec_zeroed).
    #[track_caller]
    pub fn vec_zeroed<T: Zeroable>(self, len: usize) -> PVec<'ph, T> {
        expect(self.try_vec_zeroed(len))
    }

    /// As [`vec_zeroed`](Self::vec_zeroed).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_vec_zeroed<T: Zeroable>(self, len: usize) -> Result<PVec<'ph, T>, AllocError> {
        PVec::try_zeroed_in(len, self)
    }
}
