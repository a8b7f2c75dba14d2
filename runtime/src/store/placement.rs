//! Where data is to lie, and where it does.
#![forbid(unsafe_code)]

use super::body::Owned;
use super::error::StoreError;
use super::memory::Memory;
use std::sync::Arc;

/// Where a [`Store`](super::Store) puts data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placement {
    /// In memory while the RAM budget ([`StorePlan::ram`](super::StorePlan::ram)) has room for all of it, in
    /// the file otherwise.
    #[default]
    Budget,
    /// In the file: the RAM budget is left to others.
    File,
}

/// Data, where it lies.
#[derive(Debug)]
pub(super) enum Data {
    Memory(Arc<Memory>),
    File(Owned),
}

impl Data {
    /// Waits until all of it is where it is to be.
    pub(super) fn wait_written(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(memory) => memory.check_process(),
            Self::File(body) => body.wait_written(),
        }
    }
}
