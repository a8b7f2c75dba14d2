//! Time and peak memory of the arena scheme beside the published one, in one run.
//!
//! ```text
//! cargo run --release -p zkarena-pcs --example compare_pcs -- keccak 15
//! ```
//!
//! Each arm proves in processes of its own, because a peak is that of a process; the processes of
//! the two arms alternate, so that a noisy machine is noisy for both. Printed are medians over all
//! warm proofs (not the first of a process) and over the peaks of the processes, and the ratios.
#![forbid(unsafe_code)]

use std::env::{args, current_exe};
use std::error::Error;
use std::fs::read_to_string;
use std::process::Command;
use std::time::Instant;

use zkarena::{PhaseAlloc, zk_phase};
use zkarena_pcs::ArenaProver;
use zkarena_statements::{Kind, Proof, Prover, Statement, VerifyError};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Processes of each arm.
const PROCESSES: usize = 5;
/// Proofs in each process.
const PROOFS: usize = 6;
const ARMS: [&str; 2] = ["published", "arena"];

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = args().skip(1).collect();
    let mut words = arguments.iter().map(String::as_str);
    let kind: Kind = words.next().unwrap_or("keccak").parse()?;
    let log_rows = words
        .next()
        .map_or(Ok(kind.measured_log_rows()), str::parse)?;
    let statement = Statement::new(kind, log_rows)?;
    match words.next() {
        Some(arm) => child(statement, arm),
        None => parent(statement),
    }
}

/// Run both arms and print what they took.
fn parent(statement: Statement) -> Outcome<()> {
    let mut seconds = [const { Vec::new() }; 2];
    let mut peaks = [const { Vec::new() }; 2];
    for _ in 0..PROCESSES {
        for (arm, name) in ARMS.iter().enumerate() {
            let figures = run_child(statement, name)?;
            let (peak, warm) = figures.split_last().ok_or("no figures")?;
            peaks[arm].push(*peak);
            seconds[arm].extend_from_slice(warm);
        }
    }
    let seconds = seconds.map(median);
    let peaks = peaks.map(median);
    println!("{statement}: {PROCESSES} processes x {PROOFS} proofs, medians");
    for (arm, name) in ARMS.iter().enumerate() {
        println!(
            "{name:>10}  {:.4} s warm  {:.1} MiB peak RSS",
            seconds[arm], peaks[arm]
        );
    }
    println!(
        "{:>10}  {:.3}x        {:.3}x",
        "ratio",
        seconds[1] / seconds[0],
        peaks[1] / peaks[0]
    );
    Ok(())
}

/// The figures that a process of one arm prints: seconds of each warm proof, then its peak.
fn run_child(statement: Statement, arm: &str) -> Outcome<Vec<f64>> {
    let mut command = Command::new(current_exe()?);
    command.args([
        statement.kind().name(),
        &statement.log_rows().to_string(),
        arm,
    ]);
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let figures = str::from_utf8(&output.stdout)?.split_whitespace();
    Ok(figures.map(str::parse).collect::<Result<_, _>>()?)
}

/// Prove and verify, and print the figures.
fn child(statement: Statement, arm: &str) -> Outcome<()> {
    let prove: Box<dyn Fn() -> Outcome<(f64, Proof)>> = if arm == ARMS[1] {
        let prover = ArenaProver::new(statement);
        Box::new(move || prove_in_arena(&prover))
    } else {
        let prover = Prover::new(statement);
        Box::new(move || prove_published(&prover))
    };
    let verifier = Prover::new(statement);
    for number in 0..PROOFS {
        let (seconds, proof) = prove()?;
        verifier
            .verify(&proof)
            .map_err(|error: VerifyError| error.to_string())?;
        if number > 0 {
            println!("{seconds}");
        }
    }
    println!("{}", peak_mib()?);
    Ok(())
}

#[zk_phase]
fn prove_in_arena(prover: &ArenaProver) -> Outcome<(f64, Proof)> {
    let start = Instant::now();
    let trace = prover.generate_trace(phase);
    let proof = prover.prove(trace)?;
    Ok((start.elapsed().as_secs_f64(), proof))
}

#[zk_phase]
fn prove_published(prover: &Prover) -> Outcome<(f64, Proof)> {
    let start = Instant::now();
    let trace = prover.generate_trace();
    let proof = prover.prove(trace)?;
    Ok((start.elapsed().as_secs_f64(), proof))
}

/// The peak RSS of this process.
fn peak_mib() -> Outcome<f64> {
    let status = read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line
        .ok_or("no VmHWM")?
        .trim_end_matches("kB")
        .trim()
        .parse()?;
    Ok(kib / 1024.0)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    f64::midpoint(figures[middle], figures[(figures.len() - 1) / 2])
}
