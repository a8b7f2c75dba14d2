//! Why the program ends with an error, in one line.

use ark_relations::gr1cs::SynthesisError;
use rayon::ThreadPoolBuildError;
use std::io;
use zkarena::AllocError;

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// The threads cannot be started.
    #[error("cannot start the threads: {0}; ask for fewer with --threads")]
    Threads(#[from] ThreadPoolBuildError),
    /// The process that derives what to look for does not do so.
    #[error("cannot derive what to look for: {0}; this is a bug")]
    Keys(io::Error),
    /// The phase does not open.
    #[error("cannot open a phase: {0}")]
    Phase(#[from] AllocError),
    /// The prover gave up.
    #[error("there is no proof: {0}; this is a bug of the prover")]
    Prove(#[from] SynthesisError),
    /// A proof was made and does not hold.
    #[error("the proof does not verify; do not trust this build on this machine")]
    Unverified,
    /// Own memory cannot be read.
    #[error("cannot scan memory: {0}; it takes Linux with /proc")]
    Scan(io::Error),
    /// Something of the witness is left.
    #[error("{0} windows of the witness are left after a phase that should have wiped it")]
    Residue(u64),
    /// The scan that must find something finds nothing.
    #[error("the scan finds nothing where nothing is wiped, and so says nothing; this is a bug")]
    Blind,
    /// Standard output does not take the results.
    #[error("cannot print the results: {0}; check where stdout goes")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if nothing was proved because the command line asks for what cannot be done, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Threads(_) => 2,
            _ => 1,
        }
    }
}
