//! Who tells how much memory there is.
#![forbid(unsafe_code)]

use std::fmt;
use std::path::PathBuf;

/// Who says what the limit is.
///
/// ```
/// use zkarena::ops::LimitSource;
///
/// let group = LimitSource::Group("/sys/fs/cgroup/memory.max".into());
/// assert_eq!(group.to_string(), "/sys/fs/cgroup/memory.max");
/// assert_eq!(LimitSource::Process("RLIMIT_AS").to_string(), "RLIMIT_AS (/proc/self/limits)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitSource {
    /// The program.
    Explicit,
    /// A variable of the environment.
    Variable(&'static str),
    /// A control group, by this file.
    Group(PathBuf),
    /// A limit of the process: `RLIMIT_AS` or `RLIMIT_DATA`.
    Process(&'static str),
    /// The machine's memory.
    Machine,
    /// Nobody.
    Unknown,
}

impl fmt::Display for LimitSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit => f.write_str("as told"),
            Self::Variable(name) => f.write_str(name),
            Self::Group(file) => file.display().fmt(f),
            Self::Process(name) => write!(f, "{name} (/proc/self/limits)"),
            Self::Machine => f.write_str("MemTotal of /proc/meminfo"),
            Self::Unknown => f.write_str("no limit is known"),
        }
    }
}
