//! What a proof in little memory takes: `streamed KIND LOG_ROWS MEMORY [plain] [wide]`, such as
//! `streamed keccak 16 256MiB`, proves, verifies, and prints the time, the peak of the process, and what went
//! to the file and back.

use std::error::Error;
use std::time::Instant;

use zkarena::Bytes;
use zkarena_pcs::{LowMemory, StreamProver};
use zkarena_statements::Statement;

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, log_rows, memory, words @ ..] = &arguments[..] else {
        return Err("say what to prove: keccak 16 256MiB".into());
    };
    let statement = Statement::new(kind.parse()?, log_rows.parse()?)?;
    let mut low = LowMemory::new(Bytes::parse(memory)?);
    for word in words {
        low = match &word[..] {
            "plain" => low.plain(),
            "wide" => low.wide(),
            _ => return Err(format!("`{word}`: plain or wide").into()),
        };
    }

    let prover = StreamProver::new(statement);
    println!("{statement}: at least {}", prover.floor());
    let start = Instant::now();
    let (proof, stats) = prover.prove_within(&low)?;
    let elapsed = start.elapsed();
    prover.verify(&proof)?;
    println!(
        "{:.2} s, peak {}, written {}, read {}, in memory {}, stalled {:.2} s",
        elapsed.as_secs_f64(),
        peak()?,
        Bytes(stats.written_bytes),
        Bytes(stats.read_bytes),
        Bytes(stats.ram_peak_bytes),
        stats.stall.as_secs_f64(),
    );
    Ok(())
}

/// The most that was resident of this process.
fn peak() -> Result<Bytes, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kibibytes: u64 = kibibytes.ok_or("no peak")?.trim().parse()?;
    Ok(Bytes(kibibytes << 10))
}
