//! Whether the kernel tells how long tasks wait for memory.

use std::fs::OpenOptions;
use std::io::Write;

use crate::finding::Finding;
use crate::system::read;

const FILE: &str = "/proc/pressure/memory";

/// To be woken when tasks waited for 100 ms of 2 s, which takes no privilege.
const TRIGGER: &[u8] = b"some 100000 2000000\0";

/// Percent of the last ten seconds that are a sign of too little memory.
const WAITING_PERCENT: f64 = 5.0;

pub(crate) fn findings() -> Vec<Finding> {
    let told = read(FILE);
    vec![stalls(told.as_deref()), triggers(told.is_some())]
}

fn stalls(told: Option<&str>) -> Finding {
    const WHAT: &str = "stalls";
    let Some(percent) = told.and_then(ten_seconds) else {
        return Finding::unknown(
            WHAT,
            "boot with psi=1 (the kernel needs CONFIG_PSI): without it pressure is told by the limit alone",
        );
    };
    let text = format!("tasks waited for memory {percent} % of the last ten seconds");
    if percent < WAITING_PERCENT {
        Finding::good(WHAT, text)
    } else {
        Finding::poor(
            WHAT,
            text,
            "end other programs, or prove in low-memory mode",
        )
    }
}

/// The share of time in which some tasks waited.
fn ten_seconds(told: &str) -> Option<f64> {
    let some = told.lines().find_map(|line| line.strip_prefix("some "))?;
    let mut fields = some.split_whitespace();
    fields
        .find_map(|field| field.strip_prefix("avg10="))?
        .parse()
        .ok()
}

fn triggers(told: bool) -> Finding {
    const WHAT: &str = "triggers";
    if !told {
        return Finding::unknown(WHAT, "as above");
    }
    // Gone with the descriptor.
    let file = OpenOptions::new().read(true).write(true).open(FILE);
    match file.and_then(|mut file| file.write_all(TRIGGER)) {
        Ok(()) => Finding::good(WHAT, "100 ms in 2 s"),
        Err(error) => Finding::fair(
            WHAT,
            format!("refused: {error}"),
            "services read the file instead, when they are asked: no harm",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn stalls_are_those_of_some_tasks() {
        let told = |avg10: &str| {
            format!(
                "some avg10={avg10} avg60=9.00 avg300=9.00 total=1\nfull avg10=90.00 avg60=0.00 avg300=0.00 total=0"
            )
        };
        assert_eq!(ten_seconds(&told("0.25")), Some(0.25));
        assert_eq!(stalls(Some(&told("0.00"))).verdict, Verdict::Good);
        assert_eq!(stalls(Some(&told("7.00"))).verdict, Verdict::Poor);
        assert_eq!(stalls(Some("garbage")).verdict, Verdict::Unknown);
        assert_eq!(stalls(None).verdict, Verdict::Unknown);
    }
}
