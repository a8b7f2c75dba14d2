//! How much memory there is, and how much of it proofs may have.
#![forbid(unsafe_code)]

use crate::prove::resident;
use zkarena::Bytes;

/// Stand-in until `zkarena::ops` is merged.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: Bytes,
}

impl Memory {
    pub(crate) fn new(told: Option<Bytes>) -> Self {
        let limit = told.or_else(|| zkarena_measure::available_bytes().map(Bytes));
        Self {
            limit: limit.unwrap_or(Bytes(u64::MAX)),
        }
    }
    pub(crate) const fn limit(&self) -> Bytes {
        self.limit
    }
    pub(crate) fn working_set(&self) -> Option<Bytes> {
        Some(Bytes(resident()))
    }
    pub(crate) fn capacity(&self) -> u64 {
        self.limit.0 / 100 * 85 - self.limit.0 / 16
    }
    pub(crate) fn has_room(&self) -> bool {
        resident() < self.limit.0 / 100 * 85
    }
}
