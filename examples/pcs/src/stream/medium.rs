//! The store, how it is used, and its first error where there is no way to return one.

use std::sync::{Mutex, PoisonError};

use zkarena::{Store, StoreError};

/// How matrices are cut up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Columns that are extended at a time: for `N` rows, about `3 * N` elements of each are in memory.
    pub columns: usize,
    /// Base-2 logarithm of the rows that constraints and openings read at a time.
    pub log_rows: usize,
}

impl Default for Tiling {
    /// 64 columns, 128 rows.
    fn default() -> Self {
        Self {
            columns: 64,
            log_rows: 7,
        }
    }
}

/// Where a proof's matrices are.
///
/// Constraints and queries read rows through traits of Plonky3 that know no errors. They get zeros, and
/// the error is kept here: the commitment or opening that they serve fails with it.
#[derive(Debug)]
pub(crate) struct Medium {
    pub(crate) store: Store,
    pub(crate) tiling: Tiling,
    failed: Mutex<Option<StoreError>>,
}

impl Medium {
    pub(crate) const fn new(store: Store, tiling: Tiling) -> Self {
        Self {
            store,
            tiling,
            failed: Mutex::new(None),
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
