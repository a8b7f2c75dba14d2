//! What the measurements were made on.

use serde::{Deserialize, Serialize};
use std::fs;
use std::process::Command;
use std::thread;

/// Facts that a reader of the tables needs; `None` where the system does not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// That a process may use.
    pub cores: usize,
    /// What the processor calls itself.
    pub cpu: Option<String>,
    /// All memory.
    pub memory_mib: Option<u64>,
    /// Its release.
    pub kernel: Option<String>,
    /// As in `/sys/kernel/mm/transparent_hugepage/enabled`.
    pub transparent_huge_pages: Option<String>,
    /// Its name and release.
    pub libc: Option<String>,
}

impl Machine {
    /// This one.
    pub fn of_now() -> Self {
        let thp = read("/sys/kernel/mm/transparent_hugepage/enabled");
        Self {
            cores: thread::available_parallelism().map_or(1, usize::from),
            cpu: field("/proc/cpuinfo", "model name"),
            memory_mib: memory_kib("MemTotal").map(|kib| kib / 1024),
            kernel: read("/proc/sys/kernel/osrelease").map(|text| text.trim().to_owned()),
            transparent_huge_pages: thp.as_deref().and_then(chosen).map(str::to_owned),
            libc: libc(),
        }
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let unknown = || "unknown".to_owned();
        format!(
            "{} cores ({}), {} MiB, Linux {}, {}, transparent huge pages: {}",
            self.cores,
            self.cpu.clone().unwrap_or_else(unknown),
            self.memory_mib.map_or_else(unknown, |mib| mib.to_string()),
            self.kernel.clone().unwrap_or_else(unknown),
            self.libc
                .clone()
                .unwrap_or_else(|| "unknown libc".to_owned()),
            self.transparent_huge_pages.clone().unwrap_or_else(unknown),
        )
    }
}

/// Memory that can be had without swapping, in bytes.
pub fn available_bytes() -> Option<u64> {
    memory_kib("MemAvailable").map(|kib| kib * 1024)
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn memory_kib(name: &str) -> Option<u64> {
    field("/proc/meminfo", name)?
        .strip_suffix(" kB")?
        .parse()
        .ok()
}

/// The value of the first line `name : value`.
fn field(path: &str, name: &str) -> Option<String> {
    let text = read(path)?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = pairs.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

/// The word in brackets of `always [madvise] never`.
fn chosen(modes: &str) -> Option<&str> {
    modes
        .split_once('[')?
        .1
        .split_once(']')
        .map(|(mode, _)| mode)
}

/// `glibc 2.36`, where there is such a thing.
fn libc() -> Option<String> {
    let output = Command::new("getconf")
        .arg("GNU_LIBC_VERSION")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_in_force_is_the_one_in_brackets() {
        assert_eq!(chosen("always [madvise] never\n"), Some("madvise"));
        assert_eq!(chosen("none"), None);
    }

    #[test]
    fn a_machine_has_cores_and_a_line() {
        let machine = Machine::of_now();
        assert!(machine.cores > 0);
        assert!(machine.line().contains("cores"));
    }
}
