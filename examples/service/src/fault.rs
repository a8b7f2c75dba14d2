//! Why a proof that was begun did not come to its end.
#![forbid(unsafe_code)]

use std::any::Any;
use std::io;
use zkarena::ops::ChildEnd;
use zkarena::plonky3::LowMemoryError;
use zkarena_statements::{ProveError, VerifyError};

/// A proof that failed. What it held is free again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The prover gave up.
    #[error("there is no proof: {0}; this is a bug of the prover")]
    Prove(#[from] ProveError),
    /// The prover gave up in low-memory mode.
    #[error("there is no proof: {0}; see that the disk of --store has room and is in order")]
    LowMemory(#[from] LowMemoryError),
    /// A proof was made and does not hold.
    #[error("the proof does not verify: {0}; do not trust this build on this machine")]
    Unverified(#[from] VerifyError),
    /// The prover panicked.
    #[error("the prover panicked: {0}; the service goes on")]
    Panicked(String),
    /// The system refuses what a proof takes.
    #[error("the system refuses {what}: {source}; see its limits")]
    System {
        /// What was asked for.
        what: &'static str,
        /// Its reason.
        source: io::Error,
    },
    /// The disk failed the process of the proof.
    #[error(
        "there is no proof: the file of its process failed; see that the disk of --store has room and is in order"
    )]
    Store,
    /// The process of the proof ended without one.
    #[error("the process of the proof: {0}; ask again")]
    Child(ChildEnd),
    /// The client is gone, and what was left of its proof is not made.
    #[error("nobody waits for this proof; ask again")]
    Unwanted,
}

impl Fault {
    /// What was thrown.
    pub(crate) fn of_panic(thrown: &(dyn Any + Send)) -> Self {
        let text = thrown.downcast_ref::<&str>().copied();
        let text = text.or_else(|| thrown.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.unwrap_or("without a message").to_owned())
    }

    /// An error of the system.
    pub(crate) const fn of_system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }

    /// Whether it is the file of low-memory mode that failed.
    pub(crate) const fn is_of_the_store(&self) -> bool {
        match self {
            Self::LowMemory(error) => error.store().is_some(),
            Self::Store => true,
            _ => false,
        }
    }
}
