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
use crate::leash::Leash;
use crate::pools;
use crate::prove::{Keys, Mode, Proved};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};
use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::parent_id;
use std::path::Path;
use std::process::{self, ChildStdout, Command, Stdio};
use std::thread;
use zkarena::Bytes;
use zkarena::ops::{ChildEnd, ChildProof};
use zkarena_statements::Statement;

/// The first line that the process prints.
#[derive(Debug, Serialize, Deserialize)]
struct Took {
    seconds: f64,
    peak_bytes: Option<u64>,
}

/// Has another process make the proof; ends when that has ended.
///
/// # Errors
/// [`Fault::System`] if there is no process to be had, [`Fault::Store`] and [`Fault::Child`] if it fails or is killed,
/// [`Fault::Unwanted`] if it was killed because nobody waits for it.
pub(crate) fn prove(
    statement: Statement,
    place: &Place,
    store: Option<&Path>,
    threads: usize,
    leash: &Leash,
) -> Result<Proved, Fault> {
    let mode = place.mode();
    let command = command(statement, mode, store, threads)?;
    // Where places are not given by bytes, nobody promised that it takes so many.
    let budget = place.bytes().map_or(u64::MAX, |Bytes(bytes)| bytes);
    let stdout = start(command, budget, leash)?;
    // Read while it is watched: who does not read makes it wait for ever.
    let reader = thread::spawn(|| read(stdout));
    let end = leash.wait()?;
    let read = reader.join().map_err(|thrown| Fault::of_panic(&*thrown))?;
    match end {
        ChildEnd::Done => {}
        ChildEnd::Failed(Failure::STORE) => return Err(Fault::Store),
        end => return Err(Fault::Child(end)),
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
        .args(["--parent", &process::id().to_string()])
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
    end_with(one.parent).map_err(Failure::of_system("ending with the service"))?;
    pools::stand_back(); // and so do the threads that are started
    let statement = one.statement()?;
    let pool = ThreadPoolBuilder::new().num_threads(one.threads.into());
    pool.build_global()
        .map_err(io::Error::other)
        .map_err(Failure::of_system("threads for a proof"))?;
    let mode = one
        .memory
        .map_or(Mode::InMemory, |memory| Mode::LowMemory(Bytes(memory)));
    let proved = Keys::new(statement).prove(mode, one.store.as_deref(), &Leash::default())?;
    print(&proved).map_err(Failure::of_system("printing the proof"))
}

/// Leaves nothing behind if the service is killed, also if that was before this process began.
fn end_with(parent: u32) -> io::Result<()> {
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    if parent_id() == parent {
        Ok(())
    } else {
        Err(io::Error::other("it has ended already"))
    }
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
