//! What streaming takes: `streamed [LOG_ROWS [LOG_COLUMNS] [plain] [raw]]` proves Keccak from a file, verifies, and
//! prints the time, the peak of the process, and what went to the file and back.

use std::error::Error;
use std::time::Instant;

use zkarena::{Bytes, StorePlan};
use zkarena_pcs::{StreamProver, Tiling};
use zkarena_statements::{Kind, Statement};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual| arguments.get(at).map_or(Ok(usual), |text| text.parse());
    let statement = Statement::new(Kind::Keccak, number(0, 12)?)?;
    let tiling = Tiling {
        log_columns: number(1, 6)?,
        narrow: !arguments.contains(&"raw".to_owned()),
        ..Tiling::default()
    };
    let is_plain = arguments.contains(&"plain".to_owned());
    let plan = StorePlan::new();
    let store = if is_plain { plan } else { plan.encrypt() }.open()?;

    let prover = StreamProver::new(statement);
    let start = Instant::now();
    let proof = prover.prove(&store, tiling)?;
    let elapsed = start.elapsed();
    prover.verify(&proof)?;
    let (peak, stats) = (peak()?, store.stats());
    println!(
        "{statement}: {:.2} s, peak {peak}, written {}, read {}, stalled {:.2} s",
        elapsed.as_secs_f64(),
        Bytes(stats.written_bytes),
        Bytes(stats.read_bytes),
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
