//! The loops of `blocks` in instructions: this program under callgrind, once for each loop.

use crate::blocks::COUNTED;
use crate::figures::{Row, to_f64};
use std::env;
use std::process::Command;

/// The workspace builds for the machine at hand.
const FLAGS: &str = "`RUSTFLAGS=-Ctarget-cpu=x86-64-v3`";

const SIZES: [&str; 4] = ["64", "256", "1024", "4096"];

pub(crate) fn rows() -> Vec<Row> {
    SIZES.into_iter().flat_map(of_size).collect()
}

fn of_size(bytes: &str) -> Vec<Row> {
    let peer = count("bumpalo", bytes);
    ["local", "phase"]
        .into_iter()
        .map(|source| {
            let name = format!("a block of {bytes} B, `{source}`");
            match (count(source, bytes), &peer) {
                (Ok(ours), Ok(peer)) => Row::new(
                    name,
                    "instructions",
                    [ours, *peer],
                    "bumpalo",
                    "at most 1.00 (`local`)",
                ),
                (Err(reason), _) => Row::missing(name, reason),
                (_, Err(reason)) => Row::missing(name, reason.clone()),
            }
        })
        .collect()
}

/// Instructions per block of one loop, with what it calls.
fn count(source: &str, bytes: &str) -> Result<f64, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect=*in_{source}*"))
        .arg(program)
        .args(["--only", source, bytes])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse::<usize>().ok())
        .filter(|&count| output.status.success() && count > 0);
    let collected = collected.ok_or_else(|| {
        let unknown = text.lines().find(|line| line.contains("nrecognised"));
        let reason = unknown.or(text.lines().last()).unwrap_or_default();
        format!("valgrind: {reason}; it knows no AVX-512: build with {FLAGS}")
    })?;
    Ok(to_f64(collected) / to_f64(COUNTED))
}
