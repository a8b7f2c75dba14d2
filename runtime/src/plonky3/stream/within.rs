//! Proving in a given memory.
#![forbid(unsafe_code)]

use super::budget::Choice;
use super::error::StreamError;
use crate::size::Bytes;
use crate::store::{Store, StoreError, StorePlan};
use p3_fri::FriProverError;
use p3_uni_stark::ProvingError;
use std::error::Error;
use std::fmt;

/// How much memory a proof may take, and where the rest of its data goes.
///
/// Data in the file is encrypted, with a key that is in memory only and erased with the proof's data: a
/// trace is the witness. Columns of bits and of small numbers take as many bits there as their values:
/// whoever sees the file knows which those are, and nothing else.
#[derive(Clone, Debug)]
pub struct LowMemory {
    memory: Bytes,
    plan: StorePlan,
    is_plain: bool,
    is_narrow: bool,
}

impl LowMemory {
    /// At most `memory` bytes resident of the whole process, at any time; a store where it is usual.
    pub fn new(memory: Bytes) -> Self {
        Self {
            memory,
            plan: StorePlan::new(),
            is_plain: false,
            is_narrow: true,
        }
    }

    /// How much memory that is.
    pub const fn memory(&self) -> Bytes {
        self.memory
    }

    /// Another store; its buffers and its RAM budget are chosen for the proof.
    #[must_use]
    pub fn store(mut self, plan: StorePlan) -> Self {
        self.plan = plan;
        self
    }

    /// Leaves data as it is in the file: for statements without secrets.
    #[must_use]
    pub const fn plain(mut self) -> Self {
        self.is_plain = true;
        self
    }

    /// Keeps all columns as wide as elements of the field: then the file does not tell which are narrow.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.is_narrow = false;
        self
    }

    /// Whether narrow columns are kept as such.
    pub(crate) const fn is_narrow(&self) -> bool {
        self.is_narrow
    }

    /// What is left beside what the process has already.
    pub(crate) fn free(&self) -> Bytes {
        Bytes(self.memory.0.saturating_sub(resident().0))
    }

    /// The store of a proof.
    pub(crate) fn open(&self, choice: &Choice) -> Result<Store, StoreError> {
        let plan = self.plan.clone();
        let plan = if self.is_plain { plan } else { plan.encrypt() };
        let plan = plan.buffers(Bytes(choice.buffers as u64));
        plan.ram(Bytes(choice.ram as u64)).open()
    }
}

/// Bytes that are resident of the process; none, where the system does not say.
pub(crate) fn resident() -> Bytes {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1).map(str::parse::<u64>);
    Bytes(pages.and_then(Result::ok).unwrap_or_default() << 12)
}

/// Why there is no proof.
#[derive(Debug)]
#[non_exhaustive]
pub enum LowMemoryError {
    /// It takes more memory.
    Memory {
        /// How much there is.
        memory: Bytes,
        /// How much it takes at least, with what the process has already.
        floor: Bytes,
    },
    /// There is no store.
    Store(StoreError),
    /// The published prover failed.
    InMemory(Box<ProvingError<FriProverError>>),
    /// The prover failed.
    Proving(Box<ProvingError<StreamError>>),
}

impl fmt::Display for LowMemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { memory, floor } => write!(
                f,
                "a proof in {memory} of memory: it takes at least {floor}; give it as much, or prove fewer rows"
            ),
            Self::Store(error) => error.fmt(f),
            Self::InMemory(error) => error.fmt(f),
            Self::Proving(error) => error.fmt(f),
        }
    }
}

impl Error for LowMemoryError {}

impl From<StoreError> for LowMemoryError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ProvingError<FriProverError>> for LowMemoryError {
    fn from(error: ProvingError<FriProverError>) -> Self {
        Self::InMemory(Box::new(error))
    }
}

impl From<ProvingError<StreamError>> for LowMemoryError {
    fn from(error: ProvingError<StreamError>) -> Self {
        Self::Proving(Box::new(error))
    }
}
