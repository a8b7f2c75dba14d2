//! How many bytes the process may use, and how many it does.
#![forbid(unsafe_code)]

mod group;
mod mounts;
mod source;
mod usage;

pub use source::LimitSource;
pub use usage::MemUsage;

use crate::environment::{self, Read};
use crate::size::{Bytes, ParseBytesError};
use std::ffi::CStr;
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Once;

/// Names the limit; see [`MemLimit::detect`].
const VARIABLE: &CStr = c"ZKARENA_LIMIT";

/// How many bytes of memory the process may use, and who says so.
///
/// ```
/// use zkarena::ops::MemLimit;
///
/// let limit = MemLimit::detect();
/// println!("{limit}"); // 1 GiB (/sys/fs/cgroup/memory.max)
/// if let Some(usage) = limit.usage() {
///     println!("{} bytes of it are in use", usage.working_set_bytes);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemLimit {
    /// Bytes; `u64::MAX` if nothing tells of a limit.
    pub bytes: u64,
    /// Who says so.
    pub source: LimitSource,
}

impl MemLimit {
    /// A limit that the program was told, by an argument or a file of its own.
    ///
    /// ```
    /// use zkarena::ops::{LimitSource, MemLimit};
    ///
    /// let told = Some(1 << 30);
    /// let limit = told.map_or_else(MemLimit::detect, MemLimit::explicit);
    /// assert_eq!(limit.source, LimitSource::Explicit);
    /// ```
    pub const fn explicit(bytes: u64) -> Self {
        let source = LimitSource::Explicit;
        Self { bytes, source }
    }

    /// The limit in force: what `ZKARENA_LIMIT` says (as `16GiB`), else what the system says, see
    /// [`below`](Self::below).
    ///
    /// Reads some small files each time: ask again every now and then, as a limit may change while the
    /// process runs. A variable that cannot be understood is one line on standard error, the first time, and does
    /// not count. One that is above the system's limit is believed all the same.
    pub fn detect() -> Self {
        match told() {
            Some(bytes) => Self {
                bytes,
                source: LimitSource::Variable("ZKARENA_LIMIT"),
            },
            None => Self::below(Path::new("/")),
        }
    }

    /// The limit that the system's files below `root` tell of: the smallest of what control groups allow (the
    /// process's group and all above it that can be seen; versions 1 and 2 and both at once), of the
    /// process's limits on addresses and data, and of the machine's memory.
    ///
    /// `root` is `/` for the process itself, another directory for a test. Where nothing tells of a limit,
    /// or not on Linux, it is [`LimitSource::Unknown`].
    pub fn below(root: &Path) -> Self {
        let groups = group::limits(root);
        let process = process_limits(root);
        let machine = usage::machine(root).map(|machine| (machine.total, LimitSource::Machine));
        let all = groups.into_iter().chain(process).chain(machine);
        let smallest = all.min_by_key(|&(bytes, _)| bytes); // the first of equals
        let (bytes, source) = smallest.unwrap_or((u64::MAX, LimitSource::Unknown));
        Self { bytes, source }
    }

    /// How much of the limit is in use, counted where the limit applies: in the control group that sets it,
    /// on the machine, or in the process.
    ///
    /// `None` if the system does not tell.
    pub fn usage(&self) -> Option<MemUsage> {
        self.usage_below(Path::new("/"))
    }

    /// As [`usage`](Self::usage), by the system's files below `root`.
    pub fn usage_below(&self, root: &Path) -> Option<MemUsage> {
        match &self.source {
            LimitSource::Group(file) => usage::of_group(file.parent()?),
            LimitSource::Machine => usage::of_machine(root),
            _ => usage::of_process(root),
        }
    }

    /// A part of the limit, rounded down: what a gate may hand out of it.
    ///
    /// ```
    /// use zkarena::ops::MemLimit;
    ///
    /// assert_eq!(MemLimit::explicit(1 << 30).percent(85), 912_680_550);
    /// ```
    pub fn percent(&self, percent: u32) -> u64 {
        let part = u128::from(self.bytes) * u128::from(percent) / 100;
        u64::try_from(part).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for MemLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            LimitSource::Unknown => self.source.fmt(f),
            _ => write!(f, "{} ({})", Bytes(self.bytes), self.source),
        }
    }
}

/// What the variable says.
fn told() -> Option<u64> {
    static SAID: Once = Once::new();
    let (text, expected) = match environment::value_of(VARIABLE, read_size)? {
        Ok(bytes) => return Some(bytes),
        Err(wrong) => wrong,
    };
    // Whoever asks again is not told again.
    SAID.call_once(|| environment::complain(VARIABLE, text.as_bytes(), expected));
    None
}

fn read_size(text: &str) -> Read<u64> {
    let read = Bytes::parse(text).map_err(ParseBytesError::reason)?;
    Ok(read.0)
}

/// The limits of the process that bear on memory.
fn process_limits(root: &Path) -> Vec<(u64, LimitSource)> {
    const LIMITS: [(&str, &str); 2] = [
        ("Max address space", "RLIMIT_AS"),
        ("Max data size", "RLIMIT_DATA"),
    ];
    let text = read(&root.join("proc/self/limits"));
    let soft = |line: &str, label| {
        line.strip_prefix(label)?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    };
    let limit = |(label, name)| {
        let bytes = text.lines().find_map(|line| soft(line, label))?;
        Some((bytes, LimitSource::Process(name)))
    };
    LIMITS.into_iter().filter_map(limit).collect()
}

/// A file of the system as text; empty if it cannot be read.
fn read(file: &Path) -> String {
    let bytes = fs::read(file).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The number behind `name`, in a file of names and numbers.
fn number(text: &str, name: &str) -> Option<u64> {
    let value = |line: &str| {
        let mut words = line.split_whitespace();
        words.next().filter(|word| *word == name)?;
        words.next()?.parse().ok()
    };
    text.lines().find_map(value)
}
