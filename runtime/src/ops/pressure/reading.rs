//! What is known at one moment.
#![forbid(unsafe_code)]

use crate::ops::limit::{LimitSource, MemLimit};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is known about memory at one moment; what is not known is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Time since some start, the same for all readings of a watch.
    pub at: Duration,
    /// Bytes that may be used.
    pub limit_bytes: Option<u64>,
    /// Bytes in use that the kernel does not take back for the asking.
    pub working_set_bytes: Option<u64>,
    /// How long tasks waited for memory.
    pub stalls: Option<Stalls>,
    /// Bytes in use of an arena, and bytes that it may have.
    pub arena: Option<(u64, u64)>,
}

impl Reading {
    /// Reads the system's files below `root`, which is `/` but for tests. The arena is the caller's to tell.
    pub fn below(root: &Path, limit: &MemLimit, at: Duration) -> Self {
        let known = limit.source != LimitSource::Unknown;
        Self {
            at,
            limit_bytes: known.then_some(limit.bytes),
            working_set_bytes: limit.usage_below(root).map(|usage| usage.working_set_bytes),
            stalls: Stalls::below(root, limit),
            arena: None,
        }
    }
}

/// How long tasks have waited for memory so far, by the kernel's count (pressure stall information).
///
/// ```
/// use zkarena::ops::Stalls;
///
/// let text = "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=900\n";
/// let stalls = Stalls::parse(text).expect("as kernels write it");
/// assert_eq!((stalls.some_us, stalls.full_us), (1500, 900));
/// assert_eq!(Stalls::parse(""), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalls {
    /// Microseconds in which some task waited.
    pub some_us: u64,
    /// Microseconds in which all tasks did.
    pub full_us: u64,
}

impl Stalls {
    /// Reads `memory.pressure` of the group that sets the limit, or else the machine's
    /// `/proc/pressure/memory`. `None` where the kernel keeps no such count.
    pub fn below(root: &Path, limit: &MemLimit) -> Option<Self> {
        let read = |file: PathBuf| Self::parse(&fs::read_to_string(file).ok()?);
        files(root, limit).into_iter().find_map(read)
    }

    /// Reads the text of such a file.
    pub fn parse(text: &str) -> Option<Self> {
        let total = |kind| {
            let line = text
                .lines()
                .find(|line| line.split(' ').next() == Some(kind))?;
            let total = line
                .split(' ')
                .find_map(|word| word.strip_prefix("total="))?;
            total.parse().ok()
        };
        Some(Self {
            some_us: total("some")?,
            full_us: total("full")?,
        })
    }
}

/// The files that may tell of waits, that of the group with the limit first.
pub(super) fn files(root: &Path, limit: &MemLimit) -> Vec<PathBuf> {
    let of_group = match &limit.source {
        LimitSource::Group(file) => Some(file.with_file_name("memory.pressure")),
        _ => None,
    };
    let of_machine = root.join("proc/pressure/memory");
    of_group.into_iter().chain([of_machine]).collect()
}
