//! Where the file of a store would be, and what that place can do.

use std::path::Path;

use zkarena::{Bytes, StorePlan};

use crate::finding::Finding;
use crate::system::read;

/// Less than a proof in low-memory mode of the usual sizes writes.
const LITTLE: u64 = 8 << 30;

pub(crate) fn findings(directory: Option<&Path>) -> Vec<Finding> {
    let plan = StorePlan::new();
    let plan = match directory {
        Some(directory) => plan.directory(directory),
        None => plan,
    };
    let opened = plan.open().map(|store| store.directory().to_owned());
    let directory = match opened {
        Ok(directory) => directory,
        Err(error) => {
            let advice = "name a directory on a disk in ZKARENA_STORE_DIR";
            return vec![Finding::poor("directory", error.to_string(), advice)];
        }
    };
    vec![
        Finding::good("directory", on_a_disk(&directory)),
        without_a_name(imp::takes_unnamed(&directory)),
        around_the_cache(imp::goes_around_the_cache(&directory)),
        free(imp::free_bytes(&directory)),
    ]
}

/// The directory and its file system; a store does not open where files are memory.
fn on_a_disk(directory: &Path) -> String {
    let mounts = read("/proc/self/mountinfo").unwrap_or_default();
    let kind = file_system(&mounts, directory).unwrap_or("a disk");
    format!("{} ({kind})", directory.display())
}

/// The type of the file system that is mounted nearest above `directory`.
fn file_system<'m>(mounts: &'m str, directory: &Path) -> Option<&'m str> {
    let mounted = mounts.lines().filter_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let point = Path::new(place.split(' ').nth(4)?);
        let depth = point.components().count();
        directory.starts_with(point).then_some((depth, kind))
    });
    let (_, kind) = mounted.max_by_key(|&(depth, _)| depth)?; // the last of equals is on top
    kind.split(' ').next()
}

fn without_a_name(can: bool) -> Finding {
    const WHAT: &str = "O_TMPFILE";
    if can {
        Finding::good(WHAT, "the file never has a name")
    } else {
        let advice =
            "a kill in that moment leaves a file `.zkarena-..` behind: prefer ext4, xfs or btrfs";
        Finding::fair(WHAT, "the file has a name for a moment", advice)
    }
}

fn around_the_cache(can: bool) -> Finding {
    const WHAT: &str = "O_DIRECT";
    if can {
        Finding::good(WHAT, "around the page cache")
    } else {
        let advice = "what is read and written counts against the limit for a while: prefer ext4, xfs or btrfs";
        Finding::fair(WHAT, "through the page cache", advice)
    }
}

fn free(bytes: Option<u64>) -> Finding {
    const WHAT: &str = "free space";
    match bytes {
        Some(bytes) if bytes >= LITTLE => Finding::good(WHAT, Bytes(bytes).to_string()),
        Some(bytes) => Finding::fair(
            WHAT,
            Bytes(bytes).to_string(),
            "`prove --memory` says what a proof writes; a full disk is an error of the proof",
        ),
        None => Finding::unknown(WHAT, "a full disk is an error of the proof"),
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use nix::libc::{O_DIRECT, O_EXCL, O_TMPFILE};
    use nix::sys::statvfs::statvfs;
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::Path;

    fn unnamed(directory: &Path, flags: i32) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        options
            .custom_flags(O_TMPFILE | O_EXCL | flags)
            .open(directory)
    }

    pub(super) fn takes_unnamed(directory: &Path) -> bool {
        unnamed(directory, 0).is_ok()
    }

    pub(super) fn goes_around_the_cache(directory: &Path) -> bool {
        unnamed(directory, O_DIRECT).is_ok()
    }

    pub(super) fn free_bytes(directory: &Path) -> Option<u64> {
        let answer = statvfs(directory).ok()?;
        answer
            .blocks_available()
            .checked_mul(answer.fragment_size())
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::path::Path;

    pub(super) const fn takes_unnamed(_: &Path) -> bool {
        false
    }

    pub(super) const fn goes_around_the_cache(_: &Path) -> bool {
        false
    }

    pub(super) const fn free_bytes(_: &Path) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    const MOUNTS: &str = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
                          25 22 0:23 / /dev/shm rw - tmpfs tmpfs rw\n\
                          31 22 8:1 / /var/tmp rw shared:3 - xfs /dev/sdb rw\n";

    #[test]
    fn the_nearest_mount_counts() {
        let of = |path: &str| file_system(MOUNTS, Path::new(path));
        assert_eq!(of("/var/tmp/deep/er"), Some("xfs"));
        assert_eq!(of("/var/tmpfiles"), Some("ext4"));
        assert_eq!(of("/dev/shm"), Some("tmpfs"));
        assert_eq!(file_system("garbage\n", Path::new("/")), None);
    }

    #[test]
    fn a_place_that_takes_no_file_is_poor() {
        let findings = findings(Some(Path::new("/proc")));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].verdict, Verdict::Poor);
        assert!(findings[0].is.contains("/proc"), "{findings:?}");
    }

    #[test]
    fn little_room_is_fair() {
        assert_eq!(free(Some(LITTLE)).verdict, Verdict::Good);
        assert_eq!(free(Some(LITTLE - 1)).verdict, Verdict::Fair);
        assert_eq!(free(None).verdict, Verdict::Unknown);
    }
}
