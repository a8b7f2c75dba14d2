//! What control groups allow.
#![forbid(unsafe_code)]

use super::mounts::{Hierarchy, groups, mounts};
use super::source::LimitSource;
use super::{number, read};
use std::path::{Path, PathBuf};

/// Version 1 has a number for "no limit": the greatest there is, rounded down to a page of some size.
const NO_LIMIT: u64 = 1 << 62;

/// All limits on the process's group and on those above it, from the group up.
pub(super) fn limits(root: &Path) -> Vec<(u64, LimitSource)> {
    let limits = directories(root)
        .into_iter()
        .flat_map(|(hierarchy, directory)| {
            let limits: Vec<_> = match hierarchy {
                Hierarchy::One => version_1(&directory).into_iter().collect(),
                Hierarchy::Two => version_2(&directory).collect(),
            };
            limits
        });
    let limits = limits.filter(|&(bytes, _)| bytes < NO_LIMIT);
    limits
        .map(|(bytes, file)| (bytes, LimitSource::Group(file)))
        .collect()
}

/// The directories of the process's groups and of those above them.
fn directories(root: &Path) -> Vec<(Hierarchy, PathBuf)> {
    let groups = groups(&read(&root.join("proc/self/cgroup")));
    let mut found = Vec::new();
    for mount in mounts(&read(&root.join("proc/self/mountinfo"))) {
        let ours = groups.iter().filter(|(of, _)| *of == mount.hierarchy);
        for (hierarchy, group) in ours {
            let directories = mount.directories(root, group);
            found.extend(directories.into_iter().map(|path| (*hierarchy, path)));
        }
    }
    found
}

/// The limit of a group of version 1. Its statistics know of limits above it, also of those that cannot be seen.
fn version_1(group: &Path) -> Option<(u64, PathBuf)> {
    let own = file_number(&group.join("memory.limit_in_bytes"));
    let stat = group.join("memory.stat");
    let above = number(&read(&stat), "hierarchical_memory_limit").map(|bytes| (bytes, stat));
    own.into_iter().chain(above).min_by_key(|&(bytes, _)| bytes)
}

/// The limits of a group of version 2: where it is killed, and where it is slowed down.
fn version_2(group: &Path) -> impl Iterator<Item = (u64, PathBuf)> {
    let files = ["memory.max", "memory.high"].map(|name| group.join(name));
    files.into_iter().filter_map(|file| file_number(&file))
}

/// What a file that holds one number says; `max` is none.
fn file_number(file: &Path) -> Option<(u64, PathBuf)> {
    let bytes = read(file).trim().parse().ok()?;
    Some((bytes, file.to_owned()))
}
