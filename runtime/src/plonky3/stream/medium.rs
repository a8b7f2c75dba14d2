//! The store, how it is used, and its first error where there is no way to return one.
#![forbid(unsafe_code)]

use crate::store::{Store, StoreError};
use std::fmt;
use std::sync::{Mutex, PoisonError, Weak};

/// How matrices are cut up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Base-2 logarithm of the columns that are extended at a time: with a blowup of `b`, `b * N` elements
    /// of each are in memory.
    pub log_columns: usize,
    /// Base-2 logarithm of the rows that constraints read at a time: all columns of them are in memory,
    /// up to two times per thread and once more.
    pub log_rows: usize,
    /// Whether columns of bits, bytes and 16-bit numbers are kept as such in the trace.
    pub narrow: bool,
}

impl Default for Tiling {
    /// 64 columns, 512 rows, narrow.
    fn default() -> Self {
        Self {
            log_columns: 6,
            log_rows: 9,
            narrow: true,
        }
    }
}

/// Where a proof's matrices are.
///
/// Constraints and queries read rows through traits of Plonky3 that know no errors. They get zeros, and
/// the error is kept here: the commitment or opening that they serve fails with it.
pub(crate) struct Medium {
    pub(crate) store: Store,
    pub(crate) tiling: Tiling,
    failed: Mutex<Option<StoreError>>,
    /// Windows that constraints were evaluated on.
    windows: Mutex<Vec<Weak<dyn Release>>>,
}

/// Something that is in memory in case it is needed again.
pub(crate) trait Release: Send + Sync {
    /// It is not needed any more.
    fn release(&self);
}

impl Medium {
    pub(crate) const fn new(store: Store, tiling: Tiling) -> Self {
        Self {
            store,
            tiling,
            failed: Mutex::new(None),
            windows: Mutex::new(Vec::new()),
        }
    }

    /// Keeps windows in mind.
    pub(crate) fn keep(&self, windows: Weak<dyn Release>) {
        let mut all = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(windows);
    }

    /// Constraints are evaluated: `p3_uni_stark::prove` keeps their rows until the proof is made.
    pub(crate) fn release(&self) {
        let mut all = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        for windows in all.drain(..) {
            if let Some(windows) = windows.upgrade() {
                windows.release();
            }
        }
    }

    /// Keeps an error, if it is the first.
    pub(crate) fn note(&self, outcome: Result<(), StoreError>) {
        if let Err(error) = outcome {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.get_or_insert(error);
        }
    }

    /// The error that was kept.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.clone().map_or(Ok(()), Err)
    }
}

impl fmt::Debug for Medium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Medium")
            .field("store", &self.store)
            .field("tiling", &self.tiling)
            .finish_non_exhaustive()
    }
}
