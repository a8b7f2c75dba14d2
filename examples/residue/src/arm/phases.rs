//! How each allocator wants to be used.

use zkarena::witness;

/// What the observer's child needs to know of the allocator that its binary installs.
pub trait Arm {
    /// Runs one proof the way the allocator's documentation asks for.
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    /// Threads that were not cleared when a phase ended, and may have been since.
    fn missed_threads() -> u64 {
        0
    }
}

/// An allocator that knows no phases.
#[derive(Debug)]
pub struct Plain;

impl Arm for Plain {}

/// zkarena: a witness phase around each proof.
#[derive(Debug)]
pub struct Zkarena;

impl Arm for Zkarena {
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        witness_phase(work)
    }

    fn missed_threads() -> u64 {
        zkarena::report().witness().missed_threads
    }
}

#[witness]
fn witness_phase<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// zk-alloc: a phase of its own around each proof, as its README says.
#[cfg(feature = "peers")]
#[derive(Debug)]
pub struct ZkAlloc;

#[cfg(feature = "peers")]
impl Arm for ZkAlloc {
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        zk_alloc::phase(work)
    }
}
