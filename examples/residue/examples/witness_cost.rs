//! What `#[witness]` costs a prover: time and peak memory beside the same proof in an ordinary phase, in
//! one run.
//!
//! ```text
//! cargo run --release -p zkarena-residue --example witness_cost -- groth16     (or keccak, poseidon2, blake3)
//! ```
//!
//! Each arm proves in processes of its own, because a peak is that of a process; the processes of the
//! two arms alternate, so that a noisy machine is noisy for both. Printed are medians over all warm proofs (not
//! the first of a process) and over the peaks, the ratios, and how much of a proof's time wiping takes:
//! bytes wiped in a proof at the rate at which this machine wipes 64 MiB.
#![forbid(unsafe_code)]

use std::env::{args, current_exe};
use std::error::Error;
use std::fs::read_to_string;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use zkarena::{PhaseAlloc, report, witness, zk_phase};
use zkarena_groth16::{Job, Setup};
use zkarena_statements::{Kind, Prover, Statement};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Processes of each arm.
const PROCESSES: usize = 9;
/// Proofs in each process.
const PROOFS: usize = 6;
const ARMS: [&str; 2] = ["ordinary", "witness"];
/// Hashes of 330 constraints each.
const HASHES: usize = 100;
/// What a process measures wiping by.
const LARGE: usize = 64 << 20;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = args().skip(1).collect();
    let name = arguments.first().map_or("groth16", String::as_str);
    match arguments.get(1) {
        Some(arm) => child(name, arm),
        None => parent(name),
    }
}

/// Runs both arms and prints what they took.
fn parent(name: &str) -> Outcome<()> {
    let mut seconds = [const { Vec::new() }; 2];
    let mut peaks = [const { Vec::new() }; 2];
    let (mut wiped, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..PROCESSES {
        for (arm, arm_name) in ARMS.iter().enumerate() {
            let figures = run_child(name, arm_name)?;
            let [warm @ .., bytes, rate, peak] = &figures[..] else {
                return Err("no figures".into());
            };
            seconds[arm].extend_from_slice(warm);
            peaks[arm].push(*peak);
            if arm == 1 {
                wiped.push(*bytes);
                rates.push(*rate);
            }
        }
    }
    let (seconds, peaks) = (seconds.map(median), peaks.map(median));
    let (wiped, rate) = (median(wiped), median(rates));
    println!("{name}: {PROCESSES} processes x {PROOFS} proofs, medians");
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
    println!(
        "{:>10}  {:.1} MiB a proof at {:.1} GiB/s: {:.2} % of it",
        "wiping",
        wiped / f64::from(1 << 20),
        rate / f64::from(1 << 30),
        100.0 * wiped / rate / seconds[1]
    );
    Ok(())
}

/// The figures that a process of one arm prints: seconds of each warm proof, bytes wiped in one, bytes wiped
/// in a second, its peak.
fn run_child(name: &str, arm: &str) -> Outcome<Vec<f64>> {
    let output = Command::new(current_exe()?).args([name, arm]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let figures = str::from_utf8(&output.stdout)?.split_whitespace();
    Ok(figures.map(str::parse).collect::<Result<_, _>>()?)
}

/// Proves and verifies, and prints the figures.
fn child(name: &str, arm: &str) -> Outcome<()> {
    let prove = prover(name)?;
    zkarena::trim(); // making keys takes more than proving, and the heaps have nothing in common
    let prove = || -> Outcome<()> {
        if arm == ARMS[1] {
            as_witness(&prove)
        } else {
            ordinary(&prove)
        }
    };
    for number in 0..PROOFS {
        let start = Instant::now();
        prove()?;
        if number > 0 {
            println!("{}", start.elapsed().as_secs_f64());
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let wiped = report().witness().wiped_bytes as f64 / PROOFS as f64;
    let peak = peak_mib()?;
    println!("{wiped}\n{}\n{peak}", rate());
    Ok(())
}

/// Makes one proof, and has it verified.
fn prover(name: &str) -> Outcome<Box<dyn Fn() -> Outcome<()>>> {
    if name == "groth16" {
        let setup = Setup::new(HASHES)?;
        let job = Job {
            hashes: HASHES,
            messages: 5,
            blinding: 6,
        };
        return Ok(Box::new(move || {
            let proven = setup.prove(job)?;
            if !setup.verify(&proven)? {
                return Err("the proof does not hold".into());
            }
            Ok(())
        }));
    }
    let kind: Kind = name.parse()?;
    let prover = Prover::new(Statement::new(kind, kind.measured_log_rows())?);
    Ok(Box::new(move || {
        let proof = prover.prove(prover.generate_trace())?;
        Ok(prover.verify(&proof)?)
    }))
}

#[zk_phase(name = "prove")]
fn ordinary(prove: &dyn Fn() -> Outcome<()>) -> Outcome<()> {
    prove()
}

#[zk_phase(name = "prove")]
#[witness]
fn as_witness(prove: &dyn Fn() -> Outcome<()>) -> Outcome<()> {
    prove()
}

/// Bytes that are wiped in a second.
#[witness]
fn rate() -> f64 {
    let times = (0..9).map(|_| {
        let block = vec![black_box(1u8); LARGE];
        let start = Instant::now();
        drop(black_box(block));
        start.elapsed().as_secs_f64()
    });
    #[expect(clippy::cast_precision_loss, reason = "a power of two")]
    let rate = LARGE as f64 / median(times.collect());
    rate
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
