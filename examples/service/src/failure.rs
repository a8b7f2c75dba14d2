//! Why the program ends with an error, in one line.
#![forbid(unsafe_code)]

use crate::fault::Fault;
use std::io;
use std::net::SocketAddr;
use zkarena::StoreError;
use zkarena::ops::ChildProof;
use zkarena::plonky3::LowMemoryError;
use zkarena_statements::SizeError;

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// The statement cannot have that size.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// There is no place for the file.
    #[error("{0}; give --store a directory on a disk")]
    Store(#[from] StoreError),
    /// Somebody else listens there.
    #[error("cannot listen at {address}: {source}; choose another --host, --port or --health-port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The system refuses what a service takes.
    #[error("the system refuses {what}: {source}; see its limits")]
    System {
        /// What was asked for.
        what: &'static str,
        /// Its reason.
        source: io::Error,
    },
    /// What was accepted took longer than it may.
    #[error("proofs were unfinished {0} s after SIGTERM; give --drain more")]
    Drain(u16),
    /// The one proof failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Failure {
    /// By which the process of a proof says that its file failed.
    pub(crate) const STORE: i32 = 3;

    /// 2 if nothing was served because the command line asks for what cannot be done, else 1; of the process of a proof,
    /// [`STORE`](Self::STORE) and [`ChildProof::OVER_BUDGET`].
    pub(crate) const fn exit_code(&self) -> i32 {
        match self {
            Self::Fault(fault) if fault.is_of_the_store() => Self::STORE,
            Self::Fault(Fault::LowMemory(LowMemoryError::Memory { .. })) => ChildProof::OVER_BUDGET,
            Self::Usage(_) | Self::Size(_) | Self::Store(_) | Self::Listen { .. } => 2,
            Self::System { .. } | Self::Drain(_) | Self::Fault(_) => 1,
        }
    }

    /// An error of the system.
    pub(crate) const fn of_system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
