//! What a `PVec` is to the rest of the language.

use super::{PVec, expect};
use crate::owners::Label;
use std::borrow::{Borrow, BorrowMut};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::ops::{Deref, DerefMut};
use std::slice;

// SAFETY: it owns its elements, and its home may be used on any thread.
unsafe impl<T: Send, L: Label> Send for PVec<'_, T, L> {}
// SAFETY: a shared vector gives shared elements.
unsafe impl<T: Sync, L: Label> Sync for PVec<'_, T, L> {}

impl<T> Deref for PVec<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.inner
    }
}

impl<T> DerefMut for PVec<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.inner
    }
}

impl<T> AsRef<[T]> for PVec<'_, T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> AsMut<[T]> for PVec<'_, T> {
    fn as_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T> Borrow<[T]> for PVec<'_, T> {
    fn borrow(&self) -> &[T] {
        self
    }
}

impl<T> BorrowMut<[T]> for PVec<'_, T> {
    fn borrow_mut(&mut self) -> &mut [T] {
        self
    }
}

/// In the same home.
///
/// # Panics
/// If memory is refused.
impl<T: Clone> Clone for PVec<'_, T> {
    fn clone(&self) -> Self {
        let mut copy = expect(Self::try_with_capacity_in(self.len(), self.home()));
        copy.fill_from(self);
        copy
    }

    /// Keeps this vector's home and room.
    fn clone_from(&mut self, from: &Self) {
        self.clear();
        self.extend_from_slice(from);
    }
}

impl<T: fmt::Debug> fmt::Debug for PVec<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T> IntoIterator for &'a PVec<'_, T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut PVec<'_, T> {
    type Item = &'a mut T;
    type IntoIter = slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: PartialEq<U>, U> PartialEq<PVec<'_, U>> for PVec<'_, T> {
    fn eq(&self, other: &PVec<'_, U>) -> bool {
        self[..] == other[..]
    }
}

impl<T: Eq> Eq for PVec<'_, T> {}

macro_rules! equal_to {
    ($($other:ty $(, $n:ident)?);*) => { $(
        impl<T: PartialEq<U>, U $(, const $n: usize)?> PartialEq<$other> for PVec<'_, T> {
            fn eq(&self, other: &$other) -> bool {
                self[..] == other[..]
            }
        }
    )* };
}

equal_to!([U]; &[U]; &mut [U]; Vec<U>; [U; N], N; &[U; N], N);

impl<T: PartialOrd> PartialOrd for PVec<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self[..].partial_cmp(&other[..])
    }
}

impl<T: Ord> Ord for PVec<'_, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self[..].cmp(&other[..])
    }
}

impl<T: Hash> Hash for PVec<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

/// Appends; fails if memory is refused, and then wrote nothing.
impl<L: Label> io::Write for PVec<'_, u8, L> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.try_extend_from_slice(bytes);
        done.map_err(|refused| io::Error::new(io::ErrorKind::OutOfMemory, refused))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(feature = "plonky3")]
impl<T: Clone + Send + Sync> p3_matrix::dense::DenseStorage<T> for PVec<'_, T> {
    /// A copy on the heap: a `Vec` cannot take the memory of a phase over.
    fn to_vec(self) -> Vec<T> {
        self.as_slice().to_vec()
    }
}
