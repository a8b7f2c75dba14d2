//! Where control groups are mounted, and where in those mounts a group is.
#![forbid(unsafe_code)]

use std::path::{Component, Path, PathBuf};

/// A hierarchy of groups that may limit memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hierarchy {
    /// The memory controller's own, of version 1.
    One,
    /// That of version 2, which has the memory controller unless version 1 has.
    Two,
}

/// A place where a hierarchy can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) hierarchy: Hierarchy,
    /// The group that is seen at `at`, by its path in the hierarchy.
    group: PathBuf,
    at: PathBuf,
}

/// The mounts of `/proc/self/mountinfo`. The last that is mounted at a place hides those before it.
pub(super) fn mounts(mountinfo: &str) -> Vec<Mount> {
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut found = Vec::new();
    for line in mountinfo.lines().rev() {
        let Some(at) = line.split(' ').nth(4).map(unescape) else {
            continue;
        };
        if !seen.contains(&at) {
            found.extend(mount(line));
            seen.push(at);
        }
    }
    found
}

/// A line such as `35 31 0:32 / /sys/fs/cgroup/memory rw shared:1 - cgroup cgroup rw,memory`.
fn mount(line: &str) -> Option<Mount> {
    let (place, system) = line.split_once(" - ")?;
    let mut place = place.split(' ').skip(3);
    let (group, at) = (unescape(place.next()?), unescape(place.next()?));
    let mut system = system.split(' ');
    let (kind, options) = (system.next()?, system.nth(1)?);
    let hierarchy = match kind {
        "cgroup2" => Hierarchy::Two,
        "cgroup" if options.split(',').any(|option| option == "memory") => Hierarchy::One,
        _ => return None,
    };
    Some(Mount {
        hierarchy,
        group,
        at,
    })
}

/// A path as mountinfo writes it: blanks and backslashes are octal numbers.
fn unescape(text: &str) -> PathBuf {
    let mut parts = text.split('\\');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..3)
            .and_then(|code| u8::from_str_radix(code, 8).ok());
        match code {
            Some(code) => {
                path.push(code.into());
                path.push_str(&part[3..]);
            }
            None => path.extend(['\\'].into_iter().chain(part.chars())),
        }
    }
    path.into()
}

/// The process's group in each hierarchy, from `/proc/self/cgroup`.
pub(super) fn groups(cgroup: &str) -> Vec<(Hierarchy, PathBuf)> {
    let group = |line: &str| {
        let mut parts = line.splitn(3, ':');
        let (id, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let hierarchy = match controllers {
            "" if id == "0" => Hierarchy::Two,
            list if list.split(',').any(|name| name == "memory") => Hierarchy::One,
            _ => return None,
        };
        let path = path.strip_suffix(" (deleted)").unwrap_or(path);
        Some((hierarchy, path.into()))
    };
    cgroup.lines().filter_map(group).collect()
}

impl Mount {
    /// The directories of a group and of all groups above it that can be seen here, from the group up;
    /// none if the group is not below what is mounted.
    pub(super) fn directories(&self, root: &Path, group: &Path) -> Vec<PathBuf> {
        let top = below(root, &self.at);
        let Some(within) = self.within(group) else {
            return Vec::new();
        };
        let all = within.ancestors().map(|part| top.join(part)); // the last part is empty
        all.collect()
    }

    /// The way from what is mounted to the group.
    fn within<'g>(&self, group: &'g Path) -> Option<&'g Path> {
        let up = |part: Component<'_>| part == Component::ParentDir;
        match group.strip_prefix(&self.group) {
            // Outside of the namespace, whose top is what is mounted.
            Ok(within) if within.components().any(up) => None,
            Ok(within) => Some(within),
            // A group above the namespace's: it is above ours, and what is between has no name here.
            Err(_) if self.group.components().skip(1).all(up) => Some(Path::new("")),
            Err(_) => None,
        }
    }
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}
