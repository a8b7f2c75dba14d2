//! Why there is no commitment or no opening.
#![forbid(unsafe_code)]

use crate::store::StoreError;
use p3_fri::FriProverError;
use std::error::Error;
use std::fmt;

/// What a streaming commitment scheme could not do.
#[derive(Clone, Debug)]
pub enum StreamError {
    /// FRI cannot fold what was committed.
    Fri(FriProverError),
    /// The store failed: no room, or bytes that could not be read or written.
    Store(StoreError),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fri(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for StreamError {}

impl From<FriProverError> for StreamError {
    fn from(error: FriProverError) -> Self {
        Self::Fri(error)
    }
}

impl From<StoreError> for StreamError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
