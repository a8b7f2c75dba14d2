//! `--isolate`: a proof in a process of its own, which the kernel may kill without the service.
//!
//! ```text
//! service ── service prove-one --statement keccak ..
//!             └── standard output: a line of JSON with what it took, then the proof
//! ```
#![forbid(unsafe_code)]

use crate::admission::Place;
use crate::args::One;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::prove::{Keys, Mode, Proved};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};
use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use zkarena::Bytes;
use zkarena::ops::{ChildEnd, ChildProof};
use zkarena_statements::Statement;

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// What a process may have beside what its proof reserved: its code, most of which it shares with the service, and what
/// its allocators keep; 17 MiB were seen, without optimisation.
const PROCESS: u64 = 24 << 20;

/// The first line that the process prints.
#[derive(Debug, Serialize, Deserialize)]
struct Took {
    seconds: f64,
    peak_bytes: Option<u64>,
}

/// Holds a process that proves; whoever waits for the proof may let go of it, and then it is killed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leash(Arc<Mutex<Held>>);

/// What is on a leash.
#[derive(Debug, Default)]
struct Held {
    proof: Option<ChildProof>,
    /// Nobody waits for it.
    is_unwanted: bool,
}

impl Leash {
    /// Kills the process, now or when it starts.
    pub(crate) fn kill(&self) {
        let mut held = self.held();
        held.is_unwanted = true;
        held.proof = None;
    }

    fn hold(&self, proof: ChildProof) -> Result<(), Fault> {
        let mut held = self.held();
        if held.is_unwanted {
            return Err(Fault::Unwanted);
        }
        held.proof = Some(proof);
        Ok(())
    }

    /// How it ended.
    fn wait(&self) -> Result<ChildEnd, Fault> {
        loop {
            let looked = self.held().proof.as_mut().map(ChildProof::look);
            match looked {
                Some(Ok(None)) => thread::sleep(LOOK),
                Some(Ok(Some(end))) => return Ok(end),
                Some(Err(error)) => return Err(Fault::of_system("waiting for a process")(error)),
                None => return Err(Fault::Unwanted),
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has another process make the proof; ends when that has ended.
///
/// # Errors
/// [`Fault::System`] if there is no process to be had, [`Fault::Child`] if it fails or is killed.
pub(crate) fn prove(
    statement: Statement,
    place: &Place,
    store: Option<&Path>,
    threads: usize,
    leash: &Leash,
) -> Result<Proved, Fault> {
    let mode = place.mode();
    let command = command(statement, mode, store, threads)?;
    let stdout = start(command, place.bytes().0 + PROCESS, leash)?;
    // Read while it is watched: who does not read makes it wait for ever.
    let reader = thread::spawn(|| read(stdout));
    let end = leash.wait()?;
    let read = reader.join().map_err(|thrown| Fault::of_panic(&*thrown))?;
    if end != ChildEnd::Done {
        return Err(Fault::Child(end));
    }
    let (took, bytes) = read.map_err(Fault::of_system("reading from a process"))?;
    Ok(Proved {
        bytes,
        seconds: took.seconds,
        peak: took.peak_bytes.map(Bytes),
        mode,
    })
}

fn command(
    statement: Statement,
    mode: Mode,
    store: Option<&Path>,
    threads: usize,
) -> Result<Command, Fault> {
    let program = env::current_exe().map_err(Fault::of_system("the program's own file"))?;
    let mut command = Command::new(program);
    command
        .arg("prove-one")
        .args(["--statement", statement.kind().name()])
        .args(["--log-rows", &statement.log_rows().to_string()])
        .args(["--threads", &threads.to_string()]);
    if let Mode::LowMemory(Bytes(memory)) = mode {
        command.args(["--memory", &memory.to_string()]);
    }
    if let Some(directory) = store {
        command.arg("--store").arg(directory);
    }
    Ok(command)
}

fn start(mut command: Command, budget: u64, leash: &Leash) -> Result<ChildStdout, Fault> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut proof =
        ChildProof::spawn(command, budget).map_err(Fault::of_system("a process for a proof"))?;
    let stdout = proof.child().stdout.take();
    leash.hold(proof)?;
    stdout.ok_or_else(|| Fault::of_system("a pipe")(io::ErrorKind::BrokenPipe.into()))
}

fn read(stdout: ChildStdout) -> io::Result<(Took, Vec<u8>)> {
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    let took = serde_json::from_str(&line)?;
    let mut bytes = Vec::new();
    stdout.read_to_end(&mut bytes)?;
    Ok((took, bytes))
}

/// What that process does.
///
/// # Errors
/// [`Failure::Size`], [`Failure::Fault`], [`Failure::System`].
pub(crate) fn prove_one(one: &One) -> Result<(), Failure> {
    // First, so that nothing is left if the service is killed.
    prctl::set_pdeathsig(Signal::SIGKILL)
        .map_err(io::Error::from)
        .map_err(Failure::of_system("ending with the service"))?;
    let statement = one.statement()?;
    let pool = ThreadPoolBuilder::new().num_threads(one.threads.into());
    pool.build_global()
        .map_err(io::Error::other)
        .map_err(Failure::of_system("threads for a proof"))?;
    let mode = one
        .memory
        .map_or(Mode::InMemory, |memory| Mode::LowMemory(Bytes(memory)));
    let proved = Keys::new(statement).prove(mode, one.store.as_deref())?;
    print(&proved).map_err(Failure::of_system("printing the proof"))
}

fn print(proved: &Proved) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let took = Took {
        seconds: proved.seconds,
        peak_bytes: proved.peak.map(|Bytes(bytes)| bytes),
    };
    serde_json::to_writer(&mut stdout, &took)?;
    stdout.write_all(b"\n")?;
    stdout.write_all(&proved.bytes)?;
    stdout.flush()
}
