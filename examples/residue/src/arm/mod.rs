//! What an arm does: it proves under the allocator its binary installed, and waits where it is looked at.

mod phases;

#[cfg(feature = "peers")]
pub use phases::ZkAlloc;
pub use phases::{Arm, Plain, Zkarena};

use crate::subject::{Outcome, Prepared, Subject};
use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::panic::{self, AssertUnwindSafe};
use std::process::{self, ExitCode};

/// One allocator; run by `zkarena-residue`, which says on standard input when to go on.
#[derive(Debug, Parser)]
struct Arguments {
    #[arg(value_enum)]
    subject: Subject,
    size: usize,
    /// How the last phase ends; those before end with a proof, or with an error as well.
    #[arg(value_enum)]
    end: End,
}

/// Proofs in each process: what the first leaves at the system's threshold, the second keeps.
pub(crate) const PROOFS: usize = 2;

/// How a phase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum End {
    /// With a proof.
    Ok,
    /// With an error, after the proof was made.
    Err,
    /// With a panic, after the proof was made.
    Panic,
    /// With the process.
    Abort,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Err => "err",
            Self::Panic => "panic",
            Self::Abort => "abort",
        })
    }
}

/// The `main` of an arm's binary.
pub fn arm_main<A: Arm>() -> ExitCode {
    match Arguments::try_parse() {
        Err(error) => crate::options::refuse(&error),
        Ok(arguments) => match prove::<A>(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
    }
}

fn prove<A: Arm>(arguments: &Arguments) -> Result<(), String> {
    let observer = Observer::new().map_err(|error| error.to_string())?;
    let prepared = arguments.subject.prepare(arguments.size)?;
    panic::set_hook(Box::new(|_| ()));
    for _ in 1..PROOFS {
        match A::phase(|| ended(prepared.prove(observer.seed()), arguments.end)) {
            Ok(outcome) => prepared.verify(&outcome)?,
            Err(error) if arguments.end != End::Err => return Err(error),
            Err(_) => (),
        }
    }
    let work = || A::phase(|| work(&prepared, arguments.end, &observer));
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(outcome)) => prepared.verify(&outcome)?,
        Ok(Err(error)) if arguments.end != End::Err => return Err(error),
        Err(_) if arguments.end != End::Panic => return Err("the prover panicked".to_owned()),
        Ok(Err(_)) | Err(_) => (),
    }
    drop(prepared);
    let missed = A::missed_threads();
    if missed > 0 {
        eprintln!(
            "zkarena-residue: threads that were not cleared in time: {missed}; what is found may be theirs"
        );
    }
    observer.stop_at("end");
    Ok(())
}

/// Everything that has secrets.
fn work(prepared: &Prepared, end: End, observer: &Observer) -> Result<Outcome, String> {
    let seed = observer.seed();
    let outcome = prepared.prove(seed);
    let in_hand = std::hint::black_box(prepared.in_hand(seed));
    observer.stop_at("mid");
    drop(in_hand);
    match end {
        End::Ok | End::Err => ended(outcome, end),
        End::Panic => panic!("asked for"),
        End::Abort => process::abort(),
    }
}

/// What leaves the phase: a proof follows the witness, so that where nothing may, none does.
fn ended(outcome: Result<Outcome, String>, end: End) -> Result<Outcome, String> {
    match end {
        End::Err => Err("asked for".to_owned()),
        End::Ok | End::Panic | End::Abort => outcome,
    }
}

/// The process that looks.
struct Observer {
    /// Standard input without a buffer, in which a seed would stay.
    from: File,
}

impl Observer {
    fn new() -> io::Result<Self> {
        let from = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        Ok(Self { from })
    }

    fn seed(&self) -> u64 {
        let mut seed = [0; 8];
        self.read(&mut seed);
        u64::from_le_bytes(seed)
    }

    /// Says where we are and waits.
    fn stop_at(&self, place: &str) {
        let mut to = io::stdout().lock();
        if writeln!(to, "at {place}")
            .and_then(|()| to.flush())
            .is_err()
        {
            process::exit(1);
        }
        drop(to);
        self.read(&mut [0]);
    }

    /// Without an observer there is nothing to do.
    fn read(&self, bytes: &mut [u8]) {
        if (&self.from).read_exact(bytes).is_err() {
            process::exit(1);
        }
    }
}
