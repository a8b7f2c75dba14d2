//! Bytes that may be in use, counted without a lock.
#![forbid(unsafe_code)]

use super::process::Gauge;
use crate::sync::atomic::{AtomicU64, Ordering};

/// A count of bytes that never passes its limit.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u64,
    in_use: AtomicU64,
    peak: AtomicU64,
    /// Counts what all budgets of its kind have in use.
    all: &'static Gauge,
}

impl Budget {
    pub(super) fn new(limit: u64, all: &'static Gauge) -> Self {
        Self {
            limit,
            in_use: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            all,
        }
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn in_use(&self) -> u64 {
        self.in_use.load(Ordering::Relaxed)
    }

    /// The most that was in use at a time.
    pub(super) fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Takes `bytes`; if there is no room, says how many are in use.
    pub(super) fn take(&self, bytes: u64) -> Result<(), u64> {
        let within = |in_use: u64| in_use.checked_add(bytes).filter(|&sum| sum <= self.limit);
        let before = self
            .in_use
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, within)?;
        self.peak.fetch_max(before + bytes, Ordering::Relaxed);
        self.all.grow(bytes);
        Ok(())
    }

    /// Gives back bytes that were taken.
    pub(super) fn give(&self, bytes: u64) {
        self.in_use.fetch_sub(bytes, Ordering::Relaxed);
        self.all.shrink(bytes);
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        self.all.shrink(self.in_use());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ALL: Gauge = Gauge::new();

    #[test]
    fn threads_never_pass_the_limit_together() {
        let budget = Budget::new(1000, &ALL);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for step in 0..10_000u64 {
                        let bytes = step % 400;
                        if budget.take(bytes).is_ok() {
                            assert!(budget.in_use() <= 1000);
                            budget.give(bytes);
                        }
                    }
                });
            }
        });
        assert_eq!(budget.in_use(), 0);
        assert!(budget.peak() <= 1000);
    }

    #[test]
    fn sums_beyond_all_numbers_are_refused() {
        let budget = Budget::new(u64::MAX, &ALL);
        assert_eq!(budget.take(7), Ok(()));
        assert_eq!(budget.take(u64::MAX), Err(7));
    }
}
