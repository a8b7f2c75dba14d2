//! How much memory a proof may take, and which statements fit.

use std::iter::successors;
use std::path::Path;
use std::{fs, io};

use zkarena::Bytes;
use zkarena_statements::Statement;

use crate::failure::Failure;
use crate::scheme::Scheme;

/// Refuse a statement that needs more memory than there is. With a budget, memory is what was given: the prover
/// keeps to it or refuses by itself.
///
/// # Errors
/// [`Failure::TooBig`], with the largest size that fits. Where nothing is known, nothing is
/// refused.
pub(crate) fn check(statement: Statement, scheme: Scheme) -> Result<(), Failure> {
    if let Scheme::Streamed(_) = scheme {
        return Ok(());
    }
    let need = statement.estimated_peak_bytes();
    match available() {
        Some(have) if need > have => Err(Failure::TooBig {
            statement,
            need: Bytes(need),
            have: Bytes(have),
            largest: largest_that_fits(statement, have),
        }),
        _ => Ok(()),
    }
}

/// The largest `log_rows` below the statement's own that fits.
fn largest_that_fits(statement: Statement, have: u64) -> Option<usize> {
    let fits = |&log_rows: &usize| {
        Statement::new(statement.kind(), log_rows)
            .is_ok_and(|smaller| smaller.estimated_peak_bytes() <= have)
    };
    (0..statement.log_rows()).rev().find(fits)
}

/// Bytes that this process may come to use: the least of what the kernel has to give, what the
/// control groups allow, and `RLIMIT_AS`.
fn available() -> Option<u64> {
    let limits = [imp::free(), imp::address_space(), control_groups()];
    limits.into_iter().flatten().min()
}

/// The limit of the control groups this process is in.
fn control_groups() -> Option<u64> {
    let memberships = fs::read_to_string("/proc/self/cgroup").ok()?;
    control_group_limit(Path::new("/sys/fs/cgroup"), &memberships)
}

/// The least limit in the groups of `memberships` (lines as in `/proc/self/cgroup`) and all groups
/// above them, version 1 or 2, mounted below `root` at the usual places.
fn control_group_limit(root: &Path, memberships: &str) -> Option<u64> {
    let group_limit = |line: &str| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, group) = (fields.next()?, fields.next()?);
        let (mount, file) = match controllers {
            "" => (root.to_owned(), "memory.max"),
            "memory" => (root.join("memory"), "memory.limit_in_bytes"),
            _ => return None,
        };
        let group = Path::new(group.trim_start_matches('/'));
        let groups = successors(Some(group), |group| group.parent());
        groups
            .filter_map(|group| read_limit(&mount.join(group).join(file)).ok())
            .min()
    };
    memberships.lines().filter_map(group_limit).min()
}

/// A limit in bytes; `max` and files that are not there are errors.
fn read_limit(file: &Path) -> io::Result<u64> {
    let limit = fs::read_to_string(file)?;
    limit.trim().parse().map_err(io::Error::other)
}

#[cfg(target_os = "linux")]
mod imp {
    use procfs::process::{LimitValue, Process};
    use procfs::{Current, Meminfo};

    /// What the kernel can give without swapping.
    pub(super) fn free() -> Option<u64> {
        Meminfo::current().ok()?.mem_available
    }

    /// `RLIMIT_AS`.
    pub(super) fn address_space() -> Option<u64> {
        let limits = Process::myself().ok()?.limits().ok()?;
        match limits.max_address_space.soft_limit {
            LimitValue::Value(bytes) => Some(bytes),
            LimitValue::Unlimited => None,
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    pub(super) const fn free() -> Option<u64> {
        None
    }

    pub(super) const fn address_space() -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    /// A directory with the given files, and their directories.
    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary directory");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
        root
    }

    #[test]
    fn the_least_limit_of_all_ancestors_counts() {
        let root = tree(&[
            ("memory.max", "max\n"),
            ("pod/memory.max", "1000\n"),
            ("pod/prover/memory.max", "2000\n"),
        ]);
        let limit = control_group_limit(root.path(), "0::/pod/prover\n");
        assert_eq!(limit, Some(1000));
    }

    #[test]
    fn version_1_counts_in_a_hybrid_layout() {
        let root = tree(&[("memory/box/memory.limit_in_bytes", "3000\n")]);
        let memberships = "4:memory:/box\n1:cpu:/elsewhere\n0::/\n";
        assert_eq!(control_group_limit(root.path(), memberships), Some(3000));
    }

    #[test]
    fn no_limit_is_no_limit() {
        let root = tree(&[("memory.max", "max\n")]);
        assert_eq!(control_group_limit(root.path(), "0::/\nnonsense\n"), None);
    }

    #[test]
    fn advice_fits() {
        let statement = Statement::new(Kind::Keccak, 20).expect("a valid size");
        let largest = largest_that_fits(statement, 1 << 30);
        assert_eq!(largest, Some(15));
        assert_eq!(largest_that_fits(statement, 1 << 20), None);
    }
}
