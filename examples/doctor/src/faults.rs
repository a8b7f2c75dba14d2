//! What a page fault costs, measured now: with small pages and with huge ones, each in a process of its own.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::Command;

use serde::{Deserialize, Serialize};
use zkarena::Bytes;
use zkarena::ops::MemLimit;
use zkarena_measure::usage::Moment;

use crate::failure::Failure;
use crate::finding::Finding;

/// Touched at a time, where the limit is not small.
const BYTES: u64 = 64 << 20;

/// A part of the limit that a look at it may take.
const SHARE: u64 = 8;

/// The least that shows anything, and a whole number of huge pages.
const LEAST: u64 = 4 << 20;

/// How often; the medians count.
const ROUNDS: usize = 9;

const SMALL_PAGE: usize = 4 << 10;
const HUGE_PAGE: u64 = 2 << 20;

/// Touching memory once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Touched {
    seconds: f64,
    faults: u64,
}

/// Medians over the rounds.
#[derive(Clone, Copy, Debug)]
struct Cost {
    bytes: u64,
    faults: u64,
    seconds: f64,
}

impl Cost {
    #[expect(clippy::cast_precision_loss, reason = "some thousand faults")]
    fn microseconds_per_fault(&self) -> f64 {
        self.seconds * 1e6 / self.faults.max(1) as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "some mebibytes")]
    fn seconds_per_gibibyte(&self) -> f64 {
        self.seconds * (1u64 << 30) as f64 / self.bytes as f64
    }

    fn line(&self) -> String {
        format!(
            "{:.2} µs each; a gibibyte takes {:.3} s to touch",
            self.microseconds_per_fault(),
            self.seconds_per_gibibyte()
        )
    }

    /// Whether the kernel gave huge pages for most of it.
    fn is_huge(&self) -> bool {
        self.faults <= self.bytes / HUGE_PAGE * 2
    }
}

pub(crate) fn findings(limit: &MemLimit) -> Vec<Finding> {
    let bytes = (limit.bytes / SHARE).clamp(LEAST, BYTES) / HUGE_PAGE * HUGE_PAGE;
    let small = measured("small", bytes);
    let huge = measured("huge", bytes);
    vec![of_small(small), of_huge(huge, small)]
}

fn of_small(cost: Option<Cost>) -> Finding {
    const WHAT: &str = "small pages";
    match cost {
        Some(cost) => Finding::good(WHAT, cost.line()),
        None => Finding::unknown(
            WHAT,
            "the span heap is closed, or no process can be started",
        ),
    }
}

fn of_huge(cost: Option<Cost>, small: Option<Cost>) -> Finding {
    const WHAT: &str = "huge pages";
    let Some(cost) = cost else {
        return Finding::unknown(WHAT, "as above");
    };
    if !cost.is_huge() {
        let text = format!(
            "not given: {} faults for {}",
            cost.faults,
            Bytes(cost.bytes)
        );
        return Finding::fair(
            WHAT,
            text,
            "see huge pages above; otherwise memory is in pieces, which passes with a reboot",
        );
    }
    match small {
        Some(small) if cost.seconds > small.seconds => Finding::fair(
            WHAT,
            cost.line(),
            "dearer than small ones here: leave ZKARENA_PAGES at auto, which gathers what is warm",
        ),
        _ => Finding::good(WHAT, cost.line()),
    }
}

/// Has a process of this program touch memory with a policy.
fn measured(pages: &str, bytes: u64) -> Option<Cost> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program)
        .arg(format!("--touch={bytes}"))
        .env("ZKARENA", "on")
        .env("ZKARENA_PAGES", pages)
        .env_remove("ZKARENA_RETAIN")
        .env_remove("ZKARENA_MIN_BYTES")
        .output()
        .ok()?;
    let rounds: Vec<Touched> = serde_json::from_slice(&output.stdout).ok()?;
    Some(Cost {
        bytes,
        faults: median(rounds.iter().map(|round| round.faults))?,
        seconds: median(rounds.iter().map(|round| round.seconds))?,
    })
    .filter(|cost| cost.faults > 0)
}

fn median<T: PartialOrd + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}

/// What that process does: touches each page of fresh memory, and prints what that took.
///
/// # Errors
/// [`Failure::Print`].
pub(crate) fn touch(bytes: usize) -> Result<(), Failure> {
    let rounds = (0..ROUNDS).map(|_| touch_once(bytes));
    let text = serde_json::to_string(&rounds.collect::<Vec<_>>()).map_err(io::Error::from)?;
    Ok(io::stdout().write_all(text.as_bytes())?)
}

/// Touches each page of fresh memory.
fn touch_once(bytes: usize) -> Touched {
    zkarena::trim(); // what was touched before is gone
    let mut block = vec![0u8; bytes];
    let before = Moment::now();
    let pages = block.iter_mut().step_by(SMALL_PAGE);
    pages.for_each(|byte| *byte = 1);
    black_box(&mut block);
    let used = before.elapsed();
    // Other programs may take turns, so time on a processor counts.
    Touched {
        seconds: used.user_seconds + used.system_seconds,
        faults: used.minor_faults,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    const SMALL: Cost = Cost {
        bytes: BYTES,
        faults: 16_384,
        seconds: 0.010,
    };
    const HUGE: Cost = Cost {
        bytes: BYTES,
        faults: 32,
        seconds: 0.004,
    };

    #[test]
    fn costs_are_by_fault_and_by_gibibyte() {
        assert_eq!(
            HUGE.line(),
            "125.00 µs each; a gibibyte takes 0.064 s to touch"
        );
        assert!(HUGE.is_huge() && !SMALL.is_huge());
    }

    #[test]
    fn huge_pages_are_good_where_they_are_given_and_cheaper() {
        let verdict = |huge, small| of_huge(huge, small).verdict;
        assert_eq!(verdict(Some(HUGE), Some(SMALL)), Verdict::Good);
        assert_eq!(verdict(Some(SMALL), Some(SMALL)), Verdict::Fair);
        let dear = Cost {
            seconds: 0.02,
            ..HUGE
        };
        assert_eq!(verdict(Some(dear), Some(SMALL)), Verdict::Fair);
        assert_eq!(verdict(None, Some(SMALL)), Verdict::Unknown);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([5, 1, 9].into_iter()), Some(5));
        assert_eq!(median(std::iter::empty::<u64>()), None);
    }
}
