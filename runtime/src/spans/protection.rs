//! What keeps the pages of a witness where they are: what was asked for, and what the kernel says holds.
#![forbid(unsafe_code)]

use super::WITNESS;
use super::ground::Ground;
use super::heap::SpanHeap;
use super::locks::{LockPolicy, lock_policy};
use crate::error::{AllocError, Cause, Gap};
use crate::os::{self, Mapping};
use crate::size::Bytes;
use std::fmt;

/// What protects the memory of witnesses, asked of the kernel now.
///
/// ```
/// use zkarena::{PhaseGuard, Plan, protection, site};
///
/// let guard = PhaseGuard::root(site!("prove"), Plan::new());
/// let witness = guard.handle().witness().vec_from(&[3u64, 5, 7]);
/// let report = protection();
/// println!("{report}");
/// assert!(report.committed_bytes >= 24);
/// # drop(witness);
/// ```
///
/// Bytes count as protected where `/proc/self/smaps` says so, and not because a call succeeded. Where
/// the system has no such file nothing is known to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ProtectionReport {
    /// Addresses that only witnesses use; 0 as long as there was none.
    pub reserved_bytes: u64,
    /// Bytes of them that can be used.
    pub committed_bytes: u64,
    /// Committed bytes that core files leave out (`MADV_DONTDUMP`).
    pub not_dumped_bytes: u64,
    /// Committed bytes that a child of `fork` finds zero (`MADV_WIPEONFORK`). It has nothing else there
    /// either: what a child needs before it calls `exec` must not be allocated as a witness.
    pub wiped_on_fork_bytes: u64,
    /// Whether committed bytes are to be locked.
    pub mlock: LockPolicy,
    /// Committed bytes that are never written to swap (`mlock2`).
    pub locked_bytes: u64,
    /// How many bytes an unprivileged process may lock (`RLIMIT_MEMLOCK`); none if there is no limit.
    pub lock_limit_bytes: Option<u64>,
    /// Bytes in front of the addresses and behind them that nobody can touch.
    pub guard_bytes: u64,
    /// Whether the kernel told of all of this.
    pub verified: bool,
}

/// Asks the kernel what protects the memory of witnesses. The kernel walks all pages of the process to
/// answer: milliseconds where gigabytes are resident.
pub fn protection() -> ProtectionReport {
    WITNESS.protection()
}

impl ProtectionReport {
    /// Whether everything that was asked for holds.
    pub fn holds(&self) -> bool {
        self.gap().is_none()
    }

    /// What was asked for and does not hold, and for how many bytes.
    fn gap(&self) -> Option<(Gap, u64)> {
        let missing = |bytes: u64| self.committed_bytes.saturating_sub(bytes);
        let asked_locks = self.mlock != LockPolicy::Off;
        let gaps = [
            (Gap::Unknown, self.committed_bytes, !self.verified),
            (Gap::Dumped, missing(self.not_dumped_bytes), true),
            (Gap::Forked, missing(self.wiped_on_fork_bytes), true),
            (Gap::Unlocked, missing(self.locked_bytes), asked_locks),
            (Gap::Unguarded, self.reserved_bytes, self.guard_bytes == 0),
        ];
        let gap = gaps
            .into_iter()
            .find(|&(_, bytes, asked)| asked && bytes > 0);
        gap.map(|(gap, bytes, _)| (gap, bytes))
    }
}

impl fmt::Display for ProtectionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reserved_bytes == 0 {
            return write!(f, "witness heap: not in use");
        }
        let all = Bytes(self.committed_bytes);
        let share = |bytes: u64| {
            if bytes == self.committed_bytes {
                "all".to_owned()
            } else {
                format!("{} of {all}", Bytes(bytes))
            }
        };
        let policy = match self.mlock {
            LockPolicy::Require => "required",
            LockPolicy::Try => "as far as the limit allows",
            LockPolicy::Off => "not asked for",
        };
        let limit = self
            .lock_limit_bytes
            .map_or("none".to_owned(), |limit| Bytes(limit).to_string());
        let source = if self.verified {
            "as the kernel tells"
        } else {
            "the kernel does not tell"
        };
        writeln!(f, "witness heap: {all} committed ({source})")?;
        writeln!(
            f,
            "  left out of core files  {}",
            share(self.not_dumped_bytes)
        )?;
        writeln!(
            f,
            "  zero in forked children {}",
            share(self.wiped_on_fork_bytes)
        )?;
        writeln!(
            f,
            "  locked out of swap      {} ({policy}; limit: {limit})",
            share(self.locked_bytes)
        )?;
        write!(f, "  guards                  {}", Bytes(self.guard_bytes))
    }
}

impl SpanHeap {
    fn protection(&self) -> ProtectionReport {
        let Some(ground) = self.ground() else {
            return ProtectionReport {
                mlock: lock_policy(),
                ..ProtectionReport::default()
            };
        };
        let mut report = ProtectionReport {
            reserved_bytes: ground.region.len() as u64,
            committed_bytes: ground.region.committed() as u64,
            mlock: lock_policy(),
            lock_limit_bytes: os::locked_limit(),
            ..ProtectionReport::default()
        };
        let committed = report.committed_bytes;
        // The kernel tells of a mapping twice if it is cut in two meanwhile.
        let mut told = 0;
        report.verified = os::mappings(|mut mapping| {
            mapping.start = mapping.start.max(told);
            told = mapping.end.max(told);
            count(&mut report, committed, ground, mapping);
        });
        report
    }

    /// Fails unless all protections hold, for what is committed and for what comes next.
    ///
    /// # Errors
    /// [`AllocError`] that names the gap.
    pub(crate) fn prove_protection(&self) -> Result<(), AllocError> {
        self.open_default();
        // Without a committed page there is nothing to prove it by.
        let backed = self.ground().is_some_and(|ground| {
            let _central = self.central.lock();
            ground.back(1)
        });
        if !backed {
            return Err(self.refusal(1));
        }
        match self.protection().gap() {
            None => Ok(()),
            Some((gap, bytes)) => Err(unprotected(gap, bytes)),
        }
    }

    /// Fails if a page of the heap should be locked and is not.
    ///
    /// # Errors
    /// [`AllocError`] that says so.
    pub(crate) fn prove_locks(&self) -> Result<(), AllocError> {
        match self.ground().map_or(0, |ground| ground.locks.gap()) {
            0 => Ok(()),
            bytes => Err(unprotected(Gap::Unlocked, bytes as u64)),
        }
    }

    /// Why the heap of secrets refused a block of `bytes` bytes just now.
    #[cold]
    pub(crate) fn refusal(&self, bytes: usize) -> AllocError {
        let cause = match self.ground() {
            None => Cause::WitnessClosed,
            Some(ground) if ground.locks.were_refused() => Cause::WitnessLocks {
                limit: os::locked_limit(),
            },
            Some(ground) => Cause::WitnessFull {
                reserved: ground.region.len(),
            },
        };
        AllocError::new(bytes, cause)
    }

    /// Behind a fork, in the child: it inherits no locks.
    pub(crate) fn forget_locks(&self) {
        if let Some(ground) = self.ground() {
            ground.locks.forget(ground.region.committed());
        }
    }
}

fn unprotected(gap: Gap, bytes: u64) -> AllocError {
    let limit = os::locked_limit();
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    AllocError::new(bytes, Cause::Unprotected { gap, limit })
}

/// Adds what a mapping shares with the heap.
fn count(report: &mut ProtectionReport, committed: u64, ground: &Ground, mapping: Mapping) {
    let region = &ground.region;
    let (base, len, guard) = (region.base().addr().get(), region.len(), region.guard());
    let shared = |from: usize, bytes: u64| {
        let end = from.saturating_add(usize::try_from(bytes).unwrap_or(usize::MAX));
        mapping.end.min(end).saturating_sub(mapping.start.max(from)) as u64
    };
    let held = shared(base, committed);
    if mapping.no_dump {
        report.not_dumped_bytes += held;
    }
    if mapping.wiped_on_fork {
        report.wiped_on_fork_bytes += held;
    }
    if mapping.locked {
        report.locked_bytes += held;
    }
    if mapping.closed {
        let guard_bytes = guard as u64;
        report.guard_bytes += shared(base - guard, guard_bytes) + shared(base + len, guard_bytes);
    }
}
