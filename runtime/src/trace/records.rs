//! The records of a trace, to read.
#![forbid(unsafe_code)]

use crate::owners::PVec;
use std::fmt;
use std::iter::Flatten;
use std::ops::Index;
use std::slice;

/// The records of a trace in their order.
///
/// They lie in pieces, because a log that grows must not copy what it has; those of a log that was
/// opened with enough room are one [slice](Self::as_slice).
///
/// ```
/// use zkarena::{Record, TraceFold, TraceLog, with_phase};
///
/// struct Sum(u64);
/// impl TraceFold<u64> for Sum {
///     type Event = u64;
///     type Summary = u64;
///     fn event(record: &u64) -> u64 { *record }
///     fn observe(&mut self, event: &u64) { self.0 += event }
///     fn summary(&self) -> u64 { self.0 }
/// }
///
/// with_phase(|phase| {
///     let mut log = TraceLog::new_in(*phase, Record, Sum(0));
///     log.reserve(3);
///     (1..=3).for_each(|n| log.push(n, |&n| n));
///     let records = log.records();
///     assert_eq!((records.len(), records[1], records.get(3)), (3, 2, None));
///     assert_eq!(records.as_slice(), Some(&[1, 2, 3][..]));
///     assert_eq!(records.iter().sum::<u64>(), log.summary());
/// });
/// ```
pub struct Records<'a, T> {
    pieces: &'a [PVec<'a, T>],
    starts: &'a [usize],
}

impl<T> Clone for Records<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Records<'_, T> {}

impl<'a, T> Records<'a, T> {
    pub(super) const fn of(pieces: &'a [PVec<'a, T>], starts: &'a [usize]) -> Self {
        Self { pieces, starts }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        let last = self.pieces.last().map_or(0, PVec::len);
        self.starts.last().map_or(0, |start| start + last)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The record at an index, if there are so many. Takes a search among the pieces.
    pub fn get(self, index: usize) -> Option<&'a T> {
        let behind = self.starts.partition_point(|&start| start <= index);
        let piece = behind.checked_sub(1)?;
        self.pieces[piece].get(index - self.starts[piece])
    }

    /// The records one by one.
    pub fn iter(self) -> Flatten<slice::Iter<'a, PVec<'a, T>>> {
        self.pieces.iter().flatten()
    }

    /// The pieces, each of them a slice.
    pub fn pieces(self) -> impl ExactSizeIterator<Item = &'a [T]> + DoubleEndedIterator + Clone {
        self.pieces.iter().map(PVec::as_slice)
    }

    /// All records as one slice, if they lie in one piece: those of a log with enough room from
    /// [`TraceLog::reserve`](crate::TraceLog::reserve).
    pub fn as_slice(self) -> Option<&'a [T]> {
        match self.pieces {
            [] => Some(&[]),
            [all] => Some(all),
            _ => None,
        }
    }
}

impl<'a, T> IntoIterator for Records<'a, T> {
    type Item = &'a T;
    type IntoIter = Flatten<slice::Iter<'a, PVec<'a, T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// # Panics
/// If there is no such record.
impl<T> Index<usize> for Records<'_, T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        let len = self.len();
        self.get(index)
            .unwrap_or_else(|| panic!("record {index} of a trace of {len}"))
    }
}

impl<T: fmt::Debug> fmt::Debug for Records<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
