//! How much memory is in use.
#![forbid(unsafe_code)]

use super::{number, read};
use std::path::Path;

/// How much of a [`MemLimit`](super::MemLimit) is in use.
///
/// ```
/// let usage = zkarena::ops::MemLimit::explicit(1 << 40).usage();
/// if let Some(usage) = usage {
///     assert!(usage.working_set_bytes <= usage.raw_bytes);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemUsage {
    /// Bytes that are counted, with what the kernel takes back for the asking.
    pub raw_bytes: u64,
    /// Bytes without that: the figure to compare with the limit. A file store that is mapped and not in use
    /// would otherwise look like a leak.
    pub working_set_bytes: u64,
}

impl MemUsage {
    fn without(raw_bytes: u64, reclaimable: u64) -> Self {
        Self {
            raw_bytes,
            working_set_bytes: raw_bytes.saturating_sub(reclaimable),
        }
    }
}

/// The machine's memory in bytes.
pub(super) struct Machine {
    pub(super) total: u64,
    free: u64,
    available: u64,
}

pub(super) fn machine(root: &Path) -> Option<Machine> {
    let text = read(&root.join("proc/meminfo"));
    let bytes = |name| number(&text, name)?.checked_mul(1024);
    let total = bytes("MemTotal:")?;
    let free = bytes("MemFree:").unwrap_or(0);
    let available = bytes("MemAvailable:").unwrap_or(free);
    Some(Machine {
        total,
        free,
        available,
    })
}

/// Of all processes of the machine.
pub(super) fn of_machine(root: &Path) -> Option<MemUsage> {
    let machine = machine(root)?;
    let raw_bytes = machine.total.saturating_sub(machine.free);
    let reclaimable = machine.available.saturating_sub(machine.free);
    Some(MemUsage::without(raw_bytes, reclaimable))
}

/// Of a group of either version.
pub(super) fn of_group(group: &Path) -> Option<MemUsage> {
    let names = [
        ("memory.current", "inactive_file"),
        ("memory.usage_in_bytes", "total_inactive_file"),
    ];
    names.into_iter().find_map(|(usage, inactive)| {
        let raw_bytes = read(&group.join(usage)).trim().parse().ok()?;
        let stat = read(&group.join("memory.stat"));
        Some(MemUsage::without(raw_bytes, number(&stat, inactive)?))
    })
}

/// Of the process alone: resident pages without those that it has offered to the kernel.
pub(super) fn of_process(root: &Path) -> Option<MemUsage> {
    let text = read(&root.join("proc/self/smaps_rollup"));
    let bytes = |name| number(&text, name)?.checked_mul(1024);
    Some(MemUsage::without(
        bytes("Rss:")?,
        bytes("LazyFree:").unwrap_or(0),
    ))
}
