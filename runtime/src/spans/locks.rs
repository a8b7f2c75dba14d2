//! Keeping pages out of swap.
//!
//! A lock counts against `RLIMIT_MEMLOCK` with all bytes of its range, though pages are locked only as
//! they are touched; the limit is often 8 MiB. Locks do not nest, so nothing is unlocked here but to be moved.
#![forbid(unsafe_code)]

use crate::environment::{Read, override_with};
use crate::layout::{PAGE, round_up};
use crate::os;
use crate::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::ffi::CStr;
use std::ptr::NonNull;

/// Whether a witness may be written to swap.
///
/// Set by [`PhaseAlloc::mlock`](crate::PhaseAlloc::mlock) or by `ZKARENA_MLOCK`, which is read also
/// where the allocator is not installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LockPolicy {
    /// Never: a page that cannot be locked is not used, and the allocation fails.
    Require,
    /// Locks as much as the limit allows; [`protection`](crate::protection) says how much that is.
    #[default]
    Try,
    /// Nothing is locked.
    Off,
}

impl LockPolicy {
    /// What overrides the builder.
    pub(crate) const VARIABLE: &CStr = c"ZKARENA_MLOCK";

    pub(crate) fn read(text: &str) -> Read<Self> {
        match text {
            "require" => Ok(Self::Require),
            "try" => Ok(Self::Try),
            "off" => Ok(Self::Off),
            _ => Err("expected `require`, `try` or `off`"),
        }
    }
}

/// The policy plus one; 0 until somebody asks or sets it.
static POLICY: AtomicU8 = AtomicU8::new(0);

/// Sets the policy for what is committed from now on.
pub(crate) fn set_lock_policy(policy: LockPolicy) {
    POLICY.store(policy as u8 + 1, Ordering::Relaxed);
}

/// The policy in force; without the allocator the first call reads the environment.
pub(super) fn lock_policy() -> LockPolicy {
    const REQUIRE: u8 = LockPolicy::Require as u8 + 1;
    const TRY: u8 = LockPolicy::Try as u8 + 1;
    const OFF: u8 = LockPolicy::Off as u8 + 1;
    match POLICY.load(Ordering::Relaxed) {
        REQUIRE => LockPolicy::Require,
        TRY => LockPolicy::Try,
        OFF => LockPolicy::Off,
        _ => {
            let mut policy = LockPolicy::default();
            override_with(LockPolicy::VARIABLE, &mut policy, LockPolicy::read);
            set_lock_policy(policy);
            policy
        }
    }
}

/// How many there are that do without pages rather than without locks.
static REQUIRED: AtomicUsize = AtomicUsize::new(0);

/// As long as there is one of these, [`LockPolicy::Try`] is as [`LockPolicy::Require`].
#[derive(Debug)]
pub(crate) struct LocksRequired(());

impl LocksRequired {
    pub(crate) fn new() -> Self {
        REQUIRED.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for LocksRequired {
    fn drop(&mut self) {
        REQUIRED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What is known about the locks of a heap.
#[derive(Debug)]
pub(super) struct Locks {
    /// Committed bytes that are not locked.
    missing: AtomicUsize,
    /// Whether a lock was refused under [`LockPolicy::Require`].
    refused: AtomicBool,
}

impl Locks {
    pub(super) const fn new() -> Self {
        Self {
            missing: AtomicUsize::new(0),
            refused: AtomicBool::new(false),
        }
    }

    /// Locks new pages as the policy says; `false` if they must not be used. Runs under the heap's lock.
    pub(super) fn lock(&self, start: NonNull<u8>, bytes: usize) -> bool {
        let policy = match lock_policy() {
            LockPolicy::Try if REQUIRED.load(Ordering::Relaxed) > 0 => LockPolicy::Require,
            policy => policy,
        };
        match policy {
            LockPolicy::Require => {
                let done = os::lock(start, bytes);
                self.refused.store(!done, Ordering::Relaxed);
                done
            }
            LockPolicy::Try => {
                let missing = bytes - lock_most(start, bytes);
                self.missing.fetch_add(missing, Ordering::Relaxed);
                true
            }
            LockPolicy::Off => {
                self.missing.fetch_add(bytes, Ordering::Relaxed);
                true
            }
        }
    }

    /// Unlocks pages that are about to be moved.
    pub(super) fn unlock(start: NonNull<u8>, bytes: usize) {
        if lock_policy() != LockPolicy::Off {
            os::unlock(start, bytes);
        }
    }

    /// Locks them again.
    pub(super) fn lock_again(&self, start: NonNull<u8>, bytes: usize) {
        if lock_policy() != LockPolicy::Off && !os::lock(start, bytes) {
            self.missing.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Committed bytes that should be locked and are not.
    pub(super) fn gap(&self) -> usize {
        if lock_policy() == LockPolicy::Off {
            return 0;
        }
        self.missing.load(Ordering::Relaxed)
    }

    /// Whether the last request for a lock was refused, and pages with it.
    pub(super) fn were_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Nothing is locked any more: a child of `fork` inherits no locks.
    pub(super) fn forget(&self, committed: usize) {
        self.missing.store(committed, Ordering::Relaxed);
    }
}

/// Locks as much as the limit allows, from the start on; returns how much.
fn lock_most(start: NonNull<u8>, bytes: usize) -> usize {
    let (mut locked, mut step) = (0, bytes);
    while locked < bytes && step >= PAGE {
        let part = step.min(bytes - locked);
        // The part lies in the range: addresses only, nothing is read.
        let at = start.map_addr(|address| address.saturating_add(locked));
        if os::lock(at, part) {
            locked += part;
        } else {
            step = round_up(step / 2, PAGE).min(step - PAGE);
        }
    }
    locked
}
