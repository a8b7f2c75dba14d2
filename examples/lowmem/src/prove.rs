//! One proof of one arm: what a process of its own does.
#![forbid(unsafe_code)]

use crate::args::Turn;
use crate::arms::{Arm, Form};
use crate::failure::Failure;
use nix::sys::prctl;
use nix::sys::signal::Signal;
use procfs::process::Process;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use zkarena::plonky3::LowMemory;
use zkarena::{Bytes, StorePlan, StoreStats, lowmem, zk_phase};
use zkarena_measure::group;
use zkarena_measure::usage::{self, Moment, Used};
use zkarena_pcs::StreamProver;
use zkarena_statements::{Prover, Statement};

/// What one proof took, from its trace to its end. Verification is not counted, but for memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) wall_seconds: f64,
    pub(crate) user_seconds: f64,
    pub(crate) system_seconds: f64,
    pub(crate) major_faults: u64,
    /// The most that was resident of the process.
    pub(crate) peak_rss_bytes: Option<u64>,
    /// Bytes that went from and to disks, as the kernel counts them.
    pub(crate) disk_read_bytes: Option<u64>,
    pub(crate) disk_written_bytes: Option<u64>,
    /// Of a streamed proof.
    pub(crate) store: Option<StoreFigures>,
    /// Whether the published verifier takes the proof.
    pub(crate) verified: bool,
}

impl Run {
    /// Of all threads, in the program and in the kernel.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        self.user_seconds + self.system_seconds
    }
}

/// The statistics of a store.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct StoreFigures {
    pub(crate) read_bytes: u64,
    pub(crate) written_bytes: u64,
    pub(crate) cancelled_bytes: u64,
    pub(crate) disk_peak_bytes: u64,
    /// Threads that waited, added up.
    pub(crate) stall_seconds: f64,
    /// Whether reads and writes went around the page cache.
    pub(crate) direct: bool,
}

impl From<StoreStats> for StoreFigures {
    fn from(stats: StoreStats) -> Self {
        Self {
            read_bytes: stats.read_bytes,
            written_bytes: stats.written_bytes,
            cancelled_bytes: stats.cancelled_bytes,
            disk_peak_bytes: stats.disk_peak_bytes,
            stall_seconds: stats.stall.as_secs_f64(),
            direct: stats.direct,
        }
    }
}

/// Proves, verifies, and prints one line of JSON.
///
/// # Errors
/// [`Failure::NoProof`] and [`Failure::Streaming`] if the prover gives up. A proof that does not hold is no error here.
pub(crate) fn run(turn: &Turn) -> Result<(), Failure> {
    let failed = |what| move |error| Failure::System(what, error);
    // First, so that the group counts all that matters, and nothing is left if the parent is killed.
    prctl::set_pdeathsig(Signal::SIGKILL)
        .map_err(io::Error::from)
        .map_err(failed("cannot end with the parent"))?;
    if let Some(directory) = &turn.group {
        group::join(directory).map_err(failed("cannot join the cgroup"))?;
    }
    let statement = turn.statement()?;
    let run = match turn.arm.form() {
        None if turn.arm == Arm::Compat => with_little_memory(statement),
        None => published(statement),
        Some(form) => streamed(statement, form, turn),
    }?;
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &run).map_err(io::Error::from)?;
    Ok(writeln!(stdout)?)
}

/// The published prover, on whatever the allocator gives.
fn published(statement: Statement) -> Result<Run, Failure> {
    let prover = Prover::new(statement);
    let (proof, used) = measured(|| prover.prove(prover.generate_trace()))?;
    Ok(summed_up(&used, prover.verify(&proof).is_ok(), None))
}

/// The published prover, whose large blocks go to a file.
#[zk_phase]
#[lowmem]
fn with_little_memory(statement: Statement) -> Result<Run, Failure> {
    published(statement)
}

/// The streaming prover within its limit, or whatever it takes.
fn streamed(statement: Statement, form: Form, turn: &Turn) -> Result<Run, Failure> {
    let low = LowMemory::new(Bytes(turn.limit.unwrap_or(u64::MAX)));
    let low = low.store(StorePlan::new().directory(&turn.store_dir));
    let low = if form.encrypted { low } else { low.plain() };
    let low = if form.narrow { low } else { low.wide() };
    let prover = StreamProver::new(statement);
    let ((proof, stats), used) = measured(|| prover.prove_within(&low))?;
    let verified = prover.verify(&proof).is_ok();
    Ok(summed_up(&used, verified, Some(stats.into())))
}

/// A proof, and what it took.
fn measured<T, E: Into<Failure>>(
    prove: impl FnOnce() -> Result<T, E>,
) -> Result<(T, Used), Failure> {
    let before = Moment::now();
    let proof = prove().map_err(Into::into)?;
    Ok((proof, before.elapsed()))
}

fn summed_up(used: &Used, verified: bool, store: Option<StoreFigures>) -> Run {
    let disk = Process::myself().and_then(|process| process.io()).ok();
    Run {
        wall_seconds: used.wall_seconds,
        user_seconds: used.user_seconds,
        system_seconds: used.system_seconds,
        major_faults: used.major_faults,
        peak_rss_bytes: usage::peak_kib().map(|kib| kib << 10),
        disk_read_bytes: disk.as_ref().map(|disk| disk.read_bytes),
        disk_written_bytes: disk.as_ref().map(|disk| disk.write_bytes),
        store,
        verified,
    }
}
