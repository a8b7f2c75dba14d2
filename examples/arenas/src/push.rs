//! Pushing to a vector, alone in its phase.

use crate::figures::{Row, to_f64};
use std::process::{Command, ExitCode};
use zkarena::with_phase;

const LEN: u32 = 1 << 24;

/// Measured in a process of its own, whose heap has nothing warm.
pub(crate) fn rows() -> Vec<Row> {
    match measured() {
        Ok((bytes, moves)) => vec![
            Row::new(
                "`push` to 2^24 `u32`: bytes resident",
                "B",
                [bytes, to_f64(LEN as usize * 4)],
                "bytes of the elements",
                "at most 1.05",
            ),
            Row::new("`push` to 2^24 `u32`: copies", "", [moves, 0.0], "", "0"),
        ],
        Err(reason) => vec![Row::missing("`push` to 2^24 `u32`", reason)],
    }
}

fn measured() -> Result<(f64, f64), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--only", "push", "0"])
        .output()
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// Pushes, and prints the bytes that became resident and how often the vector moved.
pub(crate) fn only() -> ExitCode {
    let before = resident();
    let (moves, after) = with_phase(|phase| {
        let mut vec = phase.vec::<u32>();
        vec.push(0);
        let (mut moves, mut at) = (0, vec.as_ptr());
        for n in 1..LEN {
            vec.push(n);
            if vec.as_ptr() != at {
                (moves, at) = (moves + 1, vec.as_ptr());
            }
        }
        assert!(vec.iter().copied().eq(0..LEN));
        (moves, resident())
    });
    let (Some(before), Some(after)) = (before, after) else {
        eprintln!("error: this system does not tell what is resident");
        return ExitCode::FAILURE;
    };
    println!("[{}, {moves}]", after - before);
    ExitCode::SUCCESS
}

/// Resident bytes of this process, where the system tells.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = text.lines().find(|line| line.starts_with("Rss:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}
