//! Data on a disk beside data in a phase: frozen polynomials, and what a derived type makes its fields with.
#![forbid(unsafe_code)]

use super::carry::{ArenaAlloc, Detach};
use super::{Basis, Home, PVec};
use crate::arena::Footprint;
use crate::error::{AllocError, Cause};
use crate::plain::Plain;
use crate::store::{Store, StoreError, Stored};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// Elements that are made, or copied, at a time.
const BATCH: usize = 8 << 10;

/// A frozen polynomial in a store, in a basis that its type tells.
///
/// ```
/// use zkarena::{Coeffs, FilePoly, Store};
///
/// let mut writing = Store::of_process()?.write::<u64>(1 << 16)?;
/// writing.append(&vec![3; 1 << 16])?;
/// let coeffs: FilePoly<u64, Coeffs> = writing.freeze()?.into();
///
/// assert_eq!(coeffs.log_size(), Some(16));
/// let mut tiles = coeffs.tiles(1 << 12); // all that a `Stored` can do
/// while let Some(tile) = tiles.next()? {
///     assert_eq!(tile[0], 3);
/// }
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// # What it does not do
/// It has no views: values come into memory as somebody reads them, tile by tile.
pub struct FilePoly<F, B: Basis> {
    values: Stored<F>,
    basis: PhantomData<B>,
}

impl<F, B: Basis> From<Stored<F>> for FilePoly<F, B> {
    fn from(values: Stored<F>) -> Self {
        Self {
            values,
            basis: PhantomData,
        }
    }
}

impl<F: Plain, B: Basis> FilePoly<F, B> {
    /// The values, whose basis is forgotten.
    pub fn into_stored(self) -> Stored<F> {
        self.values
    }

    /// The base-2 logarithm of the number of values; none if that is not a power of two.
    pub fn log_size(&self) -> Option<u32> {
        let len = self.values.len();
        len.is_power_of_two().then(|| len.ilog2())
    }
}

impl<F, B: Basis> Deref for FilePoly<F, B> {
    type Target = Stored<F>;

    fn deref(&self) -> &Stored<F> {
        &self.values
    }
}

impl<F: Plain, B: Basis> fmt::Debug for FilePoly<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in a file, {} values", B::NAME, self.values.len())
    }
}

/// Data on a disk, which a field marked `#[arena(lowmem)]` holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lie in a file",
    label = "`lowmem` is for a `Stored` or a `FilePoly`",
    note = "what a phase holds is in memory: leave `lowmem` out, or freeze the data in a `Store`"
)]
pub trait FileBacked: ArenaAlloc {
    /// What it holds.
    type Item;

    /// One of `len` elements in the process's store, each made from its index.
    ///
    /// # Errors
    /// [`AllocError`] if the store has no room, or fails: [`Store::of_process`] and [`Store::write`] say why.
    fn filled(len: usize, init: impl FnMut(usize) -> Self::Item) -> Result<Self, AllocError>;

    /// What says that a type is one.
    #[doc(hidden)]
    fn in_file(&self) -> Footprint {
        self.footprint()
    }
}

fn make<T: Plain>(len: usize, mut init: impl FnMut(usize) -> T) -> Result<Stored<T>, StoreError> {
    let mut writing = Store::of_process()?.write(len)?;
    let mut elements = Vec::with_capacity(BATCH.min(len));
    for start in (0..len).step_by(BATCH) {
        elements.clear();
        elements.extend((start..len.min(start + BATCH)).map(&mut init));
        writing.append(&elements)?;
    }
    writing.freeze()
}

/// A copy in the same store, and so encrypted if the original is.
fn copy<T: Plain>(of: &Stored<T>, room: &mut [T]) -> Result<Stored<T>, StoreError> {
    let mut writing = of.store().write(of.len())?;
    for start in (0..of.len()).step_by(BATCH) {
        let end = of.len().min(start + BATCH);
        let room = &mut room[..end - start];
        of.read_into(start..end, room)?;
        writing.append(room)?;
    }
    writing.freeze()
}

/// The error for so many elements that the store has no room for.
fn refused<T>(len: usize) -> AllocError {
    AllocError::new(len.saturating_mul(size_of::<T>()), Cause::Store)
}

impl<T: Plain> ArenaAlloc for Stored<T> {
    type In<'to> = Self;

    fn footprint(&self) -> Footprint {
        Footprint::ZERO
    }

    fn try_copy_to(&self, _to: Home<'_>) -> Result<Self, AllocError> {
        let mut room = PVec::try_zeroed_in(BATCH.min(self.len()), Home::Heap)?;
        copy(self, &mut room).map_err(|_| refused::<T>(self.len()))
    }

    fn try_move_to(self, _to: Home<'_>) -> Result<Self, AllocError> {
        Ok(self)
    }
}

impl<T: Plain> Detach for Stored<T> {}

impl<T: Plain> FileBacked for Stored<T> {
    type Item = T;

    fn filled(len: usize, init: impl FnMut(usize) -> T) -> Result<Self, AllocError> {
        make(len, init).map_err(|_| refused::<T>(len))
    }
}

impl<F: Plain, B: Basis> ArenaAlloc for FilePoly<F, B> {
    type In<'to> = Self;

    fn footprint(&self) -> Footprint {
        Footprint::ZERO
    }

    fn try_copy_to(&self, to: Home<'_>) -> Result<Self, AllocError> {
        self.values.try_copy_to(to).map(Self::from)
    }

    fn try_move_to(self, _to: Home<'_>) -> Result<Self, AllocError> {
        Ok(self)
    }
}

impl<F: Plain, B: Basis> Detach for FilePoly<F, B> {}

impl<F: Plain, B: Basis> FileBacked for FilePoly<F, B> {
    type Item = F;

    fn filled(len: usize, init: impl FnMut(usize) -> F) -> Result<Self, AllocError> {
        <Stored<F> as FileBacked>::filled(len, init).map(Self::from)
    }
}
