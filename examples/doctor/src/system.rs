//! Small files of the system, as they are read in several places.

use std::fs;

/// A file's content, without what surrounds it; `None` if it cannot be read.
pub(crate) fn read(path: &str) -> Option<String> {
    fs::read_to_string(path)
        .ok()
        .map(|text| text.trim().to_owned())
}

/// The word in brackets of `always [madvise] never`.
pub(crate) fn chosen(modes: &str) -> Option<&str> {
    let (_, rest) = modes.split_once('[')?;
    rest.split_once(']').map(|(mode, _)| mode)
}

/// A limit of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    None,
    Bytes(u64),
}

/// The soft limit of a name, as in `/proc/self/limits`; `None` if it is not told.
pub(crate) fn limit(name: &str) -> Option<Limit> {
    limit_in(&read("/proc/self/limits")?, name)
}

fn limit_in(limits: &str, name: &str) -> Option<Limit> {
    let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(Limit::None),
        bytes => bytes.parse().ok().map(Limit::Bytes),
    }
}

/// Bytes of a line of `/proc/meminfo`.
pub(crate) fn meminfo(name: &str) -> Option<u64> {
    let text = read("/proc/meminfo")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line
        .strip_prefix(':')?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_the_first() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max core file size        unlimited            unlimited            bytes\n\
                      Max locked memory         8388608              16777216             bytes\n";
        assert_eq!(
            limit_in(limits, "Max locked memory"),
            Some(Limit::Bytes(8 << 20))
        );
        assert_eq!(limit_in(limits, "Max core file size"), Some(Limit::None));
        assert_eq!(limit_in(limits, "Max data size"), None);
    }

    #[test]
    fn the_mode_in_force_is_in_brackets() {
        assert_eq!(chosen("always [madvise] never"), Some("madvise"));
        assert_eq!(chosen("madvise"), None);
    }
}
