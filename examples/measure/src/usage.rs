//! What the process used so far: time, page faults, memory.

use nix::sys::resource::{UsageWho, getrusage};
use std::fs;
use std::ops::Sub;
use std::time::Instant;

/// Counters of the whole process at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    at: Instant,
    used: Used,
}

/// Time and page faults, of all threads together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// By the clock.
    pub wall_seconds: f64,
    /// Of processors, in the program.
    pub user_seconds: f64,
    /// Of processors, in the kernel.
    pub system_seconds: f64,
    /// Page faults that needed no disk.
    pub minor_faults: u64,
    /// Page faults that read from a disk.
    pub major_faults: u64,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        Self {
            used: used_so_far(),
            at: Instant::now(),
        }
    }

    /// What was used since.
    pub fn elapsed(&self) -> Used {
        let wall_seconds = self.at.elapsed().as_secs_f64();
        Used {
            wall_seconds,
            ..used_so_far() - self.used
        }
    }
}

impl Sub for Used {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            wall_seconds: self.wall_seconds - before.wall_seconds,
            user_seconds: self.user_seconds - before.user_seconds,
            system_seconds: self.system_seconds - before.system_seconds,
            minor_faults: self.minor_faults - before.minor_faults,
            major_faults: self.major_faults - before.major_faults,
        }
    }
}

/// Without wall time: it has no beginning. All zero where the system keeps no such counters.
fn used_so_far() -> Used {
    getrusage(UsageWho::RUSAGE_SELF).map_or_else(
        |_| Used::default(),
        |usage| Used {
            wall_seconds: 0.0,
            user_seconds: seconds(usage.user_time()),
            system_seconds: seconds(usage.system_time()),
            minor_faults: u64::try_from(usage.minor_page_faults()).unwrap_or(0),
            major_faults: u64::try_from(usage.major_page_faults()).unwrap_or(0),
        },
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a run, far below 2^52"
)]
fn seconds(time: nix::sys::time::TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}

/// The RSS in KiB; `None` where `/proc` does not say.
pub fn rss_kib() -> Option<u64> {
    status("VmRSS:")
}

/// The greatest RSS so far in KiB; `None` where `/proc` does not say.
pub fn peak_kib() -> Option<u64> {
    status("VmHWM:")
}

fn status(field: &str) -> Option<u64> {
    kib_of(&fs::read_to_string("/proc/self/status").ok()?, field)
}

fn kib_of(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kib_are_read_by_field() {
        let status = "Name:\tx\nVmHWM:\t  701234 kB\nVmRSS:\t    2048 kB\nThreads:\t3\n";
        assert_eq!(kib_of(status, "VmHWM:"), Some(701_234));
        assert_eq!(kib_of(status, "VmRSS:"), Some(2048));
        assert_eq!(kib_of(status, "Threads:"), None);
    }

    #[test]
    fn touching_memory_shows_in_the_counters() {
        let before = Moment::now();
        let block = std::hint::black_box(vec![1_u8; 32 << 20]);
        let used = before.elapsed();
        assert!(used.wall_seconds > 0.0);
        let rss = rss_kib(); // first: other tests may touch memory in between
        assert!(rss >= Some(32 << 10));
        assert!(peak_kib() >= rss);
        drop(block);
    }
}
