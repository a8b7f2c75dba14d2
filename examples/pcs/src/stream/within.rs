//! Proving in a given memory.

use std::error::Error;
use std::fmt;

use p3_uni_stark::ProvingError;
use zkarena::{Bytes, StoreError, StorePlan};
use zkarena_statements::ProveError;

use crate::stream::error::StreamError;

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
    pub(crate) is_narrow: bool,
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

    /// What the store is opened with.
    pub(crate) fn plan(&self) -> StorePlan {
        let plan = self.plan.clone();
        if self.is_plain { plan } else { plan.encrypt() }
    }
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
    InMemory(ProveError),
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

impl From<ProveError> for LowMemoryError {
    fn from(error: ProveError) -> Self {
        Self::InMemory(error)
    }
}

impl From<ProvingError<StreamError>> for LowMemoryError {
    fn from(error: ProvingError<StreamError>) -> Self {
        Self::Proving(Box::new(error))
    }
}
