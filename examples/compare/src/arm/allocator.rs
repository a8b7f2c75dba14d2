//! How each allocator wants to be used.

/// What the measurements need to know of the allocator that a binary installs.
pub trait Allocator {
    /// Runs one proof the way the allocator's documentation asks for.
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    /// How many of `requested` bytes, allocated in the latest phase, came from the allocator's own heap instead of the
    /// one it falls back to; `None` if it does not fall back or does not say.
    fn from_own_heap(requested: u64) -> Option<u64> {
        let _ = requested;
        None
    }
}

/// An allocator that knows no phases.
#[derive(Debug)]
pub struct Plain;

impl Allocator for Plain {}

/// zkarena: a phase around each proof.
#[derive(Debug)]
pub struct Zkarena;

impl Allocator for Zkarena {
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        zkarena::phase("proof", work)
    }

    /// The report counts what the span heap served in the latest phase.
    fn from_own_heap(requested: u64) -> Option<u64> {
        let report = zkarena::report();
        let phase = report.phases().last()?;
        Some(phase.allocated_bytes.min(requested))
    }
}

/// zk-alloc: a phase of its own around each proof, as its README says.
///
/// It does not say what came from its heap: its overflow counter leaves out the first block of every thread that got
/// no slab.
#[cfg(feature = "zk-alloc")]
#[derive(Debug)]
pub struct ZkAlloc;

#[cfg(feature = "zk-alloc")]
impl Allocator for ZkAlloc {
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        zk_alloc::phase(work)
    }
}
