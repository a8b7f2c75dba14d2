//! Why a kernel could not do its work.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use crate::store::StoreError;
use std::error::Error;
use std::fmt;

/// What a kernel could not do, and why.
///
/// ```
/// use zkarena::Bytes;
/// use zkarena::kernels::KernelError;
///
/// let refused = KernelError::Memory { given: Bytes(1 << 20), least: Bytes(16 << 20) };
/// assert_eq!(refused.to_string(), "a transform of this size takes 16 MiB of memory at least, and was given 1 MiB");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KernelError {
    /// The memory is not enough for two passes over the data in pieces of whole pages.
    Memory {
        /// What there was.
        given: Bytes,
        /// The least that does.
        least: Bytes,
    },
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { given, least } => write!(
                f,
                "a transform of this size takes {least} of memory at least, and was given {given}"
            ),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for KernelError {}

impl From<StoreError> for KernelError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
