//! `--isolate`: a proof in a process of its own, which the kernel may kill without the service.
//!
//! ```text
//! service ── service prove-one --statement keccak ..
//!             └── standard output: a line of JSON with what it took, then the proof
//! ```
#![forbid(unsafe_code)]

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
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use zkarena::Bytes;
use zkarena_statements::Statement;

/// The first line that the process prints.
#[derive(Debug, Serialize, Deserialize)]
struct Took {
    seconds: f64,
    peak_bytes: Option<u64>,
}

/// A process that proves, to be ended from elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leash(Arc<Mutex<Option<Child>>>);

impl Leash {
    /// Ends the process, if it is there.
    pub(crate) fn kill(&self) {
        if let Some(child) = self.child().as_mut() {
            // One that has ended already is as good.
            let _ = child.kill();
        }
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self) -> io::Result<ExitStatus> {
        let mut child = self.child();
        let ended = child.as_mut().map(Child::wait);
        ended.unwrap_or_else(|| Err(io::Error::other("it did not start")))
    }
}

/// Has another process make the proof; ends when that has ended.
///
/// # Errors
/// [`Fault::System`] if there is no process to be had, [`Fault::Child`] if it fails or is killed.
pub(crate) fn prove(
    statement: Statement,
    mode: Mode,
    store: Option<&Path>,
    threads: usize,
    leash: &Leash,
) -> Result<Proved, Fault> {
    let stdout = start(command(statement, mode, store, threads)?, leash)?;
    let read = read(stdout);
    let status = leash
        .wait()
        .map_err(Fault::of_system("waiting for a process"))?;
    if !status.success() {
        return Err(Fault::Child(cause(status)));
    }
    let (took, bytes) =
        read.map_err(|error| Fault::Child(format!("said something else: {error}")))?;
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

fn start(mut command: Command, leash: &Leash) -> Result<ChildStdout, Fault> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(Fault::of_system("a process for a proof"))?;
    let stdout = child.stdout.take();
    *leash.child() = Some(child);
    stdout.ok_or_else(|| Fault::Child("has no standard output".to_owned()))
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

/// How a process ended that made no proof.
fn cause(status: ExitStatus) -> String {
    match status.signal() {
        Some(signal) => format!("was killed by signal {signal}"),
        None => format!("failed: {status}"),
    }
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
