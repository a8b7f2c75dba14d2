//! Why the program ends with an error, in one line.

use std::io;
use std::path::PathBuf;

use rayon::ThreadPoolBuildError;
use zkarena::ops::ProfileError;
use zkarena::plonky3::LowMemoryError;
use zkarena::{Bytes, StoreError};
use zkarena_statements::{ProveError, SizeError, Statement, VerifyError};

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// The statement cannot have that size.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The proof would not fit into memory.
    #[error("a proof of {statement} needs about {need} and {have} are available; {}", advice(*largest))]
    TooBig {
        /// What was to be proved.
        statement: Statement,
        /// Its estimated peak.
        need: Bytes,
        /// What there is.
        have: Bytes,
        /// The largest `log_rows` that fits.
        largest: Option<usize>,
    },
    /// Streaming takes more memory.
    #[error("to stream, a proof of {statement} takes at least {floor}; give --memory that much")]
    Budget {
        /// What was to be proved.
        statement: Statement,
        /// The least budget.
        floor: Bytes,
    },
    /// There is no place for the file.
    #[error("{0}; name a directory on a disk in ZKARENA_STORE_DIR")]
    Store(#[from] StoreError),
    /// The directory for results does not take a file.
    #[error("cannot write into {}: {source}; give --out another directory", dir.display())]
    Out {
        /// The directory.
        dir: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The directory took a file before, and does not take the results.
    #[error("cannot write the results into {}: {source}; make room and prove again", dir.display())]
    Write {
        /// The directory.
        dir: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The profile takes no more runs.
    #[error("{0}")]
    Profile(#[from] ProfileError),
    /// The system does not tell what a profile consists of.
    #[error("the system does not tell how much memory is resident; prove without --profile")]
    NoPeaks,
    /// The threads cannot be started.
    #[error("cannot start the threads: {0}; ask for fewer with --threads")]
    Threads(#[from] ThreadPoolBuildError),
    /// The prover gave up.
    #[error("there is no proof: {0}; this is a bug of the prover")]
    Prove(#[from] ProveError),
    /// The prover gave up in the middle of streaming.
    #[error("there is no proof: {0}; see that the disk has room and is in order")]
    Streaming(LowMemoryError),
    /// A proof was made and does not hold.
    #[error("proof {number} does not verify: {source}; do not trust this build on this machine")]
    Unverified {
        /// Which proof, from 1.
        number: usize,
        /// The verifier's reason.
        source: VerifyError,
    },
    /// What to look for could not be derived.
    #[error("cannot find out what to look for: {0}; prove without --witness")]
    Keys(io::Error),
    /// The process cannot read its own memory.
    #[error("cannot look through the memory of the process: {0}; prove without --witness")]
    Scan(io::Error),
    /// An unwiped trace was not found.
    #[error("the search does not find a trace that was not wiped; its result means nothing")]
    Blind,
    /// A trace that was a witness was found.
    #[error(
        "{0} windows of the trace are left after phases that should have wiped it; this is a bug"
    )]
    Residue(u64),
    /// Standard output does not take the results.
    #[error("cannot print the results: {0}; check where stdout goes")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if nothing was proved because the command line asks for what cannot be done, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Size(_)
            | Self::TooBig { .. }
            | Self::Budget { .. }
            | Self::Store(_)
            | Self::Out { .. }
            | Self::Profile(_)
            | Self::NoPeaks
            | Self::Threads(_) => 2,
            Self::Write { .. }
            | Self::Prove(_)
            | Self::Streaming(_)
            | Self::Unverified { .. }
            | Self::Keys(_)
            | Self::Scan(_)
            | Self::Blind
            | Self::Residue(_)
            | Self::Print(_) => 1,
        }
    }
}

/// What to do about too little memory.
fn advice(largest: Option<usize>) -> String {
    match largest {
        Some(log_rows) => format!("use --log-rows {log_rows} or less"),
        None => "no size fits, so raise the memory limit".to_owned(),
    }
}
