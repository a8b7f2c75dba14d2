//! Proving in a given memory.
#![forbid(unsafe_code)]

use super::budget::{Choice, Size};
use super::error::StreamError;
use crate::size::Bytes;
use crate::store::{Store, StoreError, StorePlan};
use p3_fri::FriProverError;
use p3_uni_stark::ProvingError;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much memory a proof may take, and where the rest of its data goes.
///
/// Data in the file is encrypted, with a key that is in memory only and erased with the proof's data: a
/// trace is the witness. Columns of bits and of small numbers take as many bits there as their values:
/// whoever sees the file knows which those are, and nothing else.
///
/// The store is opened for the first proof that needs one, and kept for others of the same size: to free the
/// blocks of a large file takes a twentieth of a proof's time. Each proof has a key of its own. Settings that
/// differ have stores of their own; clones share one.
#[derive(Clone, Debug)]
pub struct LowMemory {
    memory: Bytes,
    /// Whether that is beside what the process has at the start of a proof.
    is_beside: bool,
    plan: StorePlan,
    is_plain: bool,
    is_narrow: bool,
    kept: Arc<Mutex<Option<Chosen>>>,
}

/// How proofs of a size are made, and their store.
#[derive(Debug)]
pub(crate) struct Chosen {
    size: Size,
    pub(crate) choice: Choice,
    pub(crate) store: Store,
}

impl LowMemory {
    /// At most `memory` bytes resident of the whole process, at any time; a store where it is usual.
    pub fn new(memory: Bytes) -> Self {
        Self {
            memory,
            is_beside: false,
            plan: StorePlan::new(),
            is_plain: false,
            is_narrow: true,
            kept: Arc::default(),
        }
    }

    /// At most `memory` bytes of the proof itself, whatever else the process has: where several proofs are made at
    /// a time, of which others come and go.
    pub fn beside(memory: Bytes) -> Self {
        Self {
            is_beside: true,
            ..Self::new(memory)
        }
    }

    /// How much memory that is.
    pub const fn memory(&self) -> Bytes {
        self.memory
    }

    /// Another store; its buffers and its RAM budget are chosen for the proof. Of the latter and `ZKARENA_RAM`, if
    /// that is set, the smaller counts.
    #[must_use]
    pub fn store(mut self, plan: StorePlan) -> Self {
        self.plan = plan;
        self.with_another_store()
    }

    /// Leaves data as it is in the file: for statements without secrets.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.is_plain = true;
        self.with_another_store()
    }

    /// Keeps all columns as wide as elements of the field: then the file does not tell which are narrow.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.is_narrow = false;
        self.with_another_store()
    }

    fn with_another_store(self) -> Self {
        Self {
            kept: Arc::default(),
            ..self
        }
    }

    /// How to make a proof; `None` in memory.
    ///
    /// # Errors
    /// [`LowMemoryError::Memory`], [`LowMemoryError::Store`].
    pub(crate) fn choose(&self, size: &Size) -> Result<Option<Chosen>, LowMemoryError> {
        let kept = lock(&self.kept).take_if(|kept| kept.size == *size);
        if kept.is_some() {
            return Ok(kept); // what is resident of it would be counted twice
        }
        let taken = if self.is_beside { Bytes(0) } else { resident() };
        let free = Bytes(self.memory.0.saturating_sub(taken.0));
        if free >= size.in_memory() {
            return Ok(None);
        }
        let refused = |_| LowMemoryError::Memory {
            memory: self.memory,
            floor: size.floor_beside(taken),
        };
        let choice = size.choose(free, self.is_narrow).map_err(refused)?;
        let plan = self.plan.clone();
        let plan = if self.is_plain { plan } else { plan.encrypt() };
        let plan = plan.buffers(Bytes(choice.buffers as u64));
        let store = plan.ram_at_most(Bytes(choice.ram as u64)).open()?;
        Ok(Some(Chosen {
            size: *size,
            choice,
            store,
        }))
    }

    /// Keeps a store, from which all data is gone, with another key.
    pub(crate) fn keep(&self, chosen: Chosen) {
        if chosen.store.renew_key().is_ok() {
            *lock(&self.kept) = Some(chosen);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Size {
    /// The least memory for a proof, and for what is resident already: in whole mebibytes.
    pub(crate) fn floor(&self) -> Bytes {
        self.floor_beside(resident())
    }

    /// The least memory for a proof, and for what is `taken`: in whole mebibytes.
    pub(crate) fn floor_beside(&self, taken: Bytes) -> Bytes {
        Bytes((self.least().0 + taken.0).next_multiple_of(1 << 20))
    }
}

/// Bytes that are resident of the process; none, where the system does not say.
fn resident() -> Bytes {
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
        /// How much it takes at least, with what the process has already where that counts.
        floor: Bytes,
    },
    /// There is no store.
    Store(StoreError),
    /// The published prover failed.
    InMemory(Box<ProvingError<FriProverError>>),
    /// The prover failed.
    Proving(Box<ProvingError<StreamError>>),
}

impl LowMemoryError {
    /// What the store says, if it is the store that failed, whenever that was.
    pub const fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Proving(error) => match &**error {
                ProvingError::Pcs {
                    source: StreamError::Store(error),
                    ..
                } => Some(error),
                ProvingError::Pcs { .. } => None,
            },
            _ => None,
        }
    }
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
