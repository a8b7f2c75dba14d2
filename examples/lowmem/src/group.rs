//! Memory cgroups, version 1 or 2: what limits a process, and counts what it takes.
#![forbid(unsafe_code)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// Groups of this program are called so, with the process and a number behind it.
const NAME: &str = "zkarena-lowmem-";
/// How often removing a group is tried: it is busy until the kernel is done with its last process.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// Which files a group has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

impl Version {
    /// Of the memory limit, of the limit of memory and swap together (version 1) or of swap, of the peak,
    /// and of what counts kills.
    const fn files(self) -> [&'static str; 4] {
        match self {
            Self::V1 => [
                "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes",
                "memory.max_usage_in_bytes",
                "memory.oom_control",
            ],
            Self::V2 => [
                "memory.max",
                "memory.swap.max",
                "memory.peak",
                "memory.events",
            ],
        }
    }
}

/// Where groups are made.
#[derive(Debug)]
pub(crate) struct Groups {
    version: Version,
    parent: PathBuf,
}

impl Groups {
    /// Below this process's own group, or beside it where groups with processes cannot have others below them.
    ///
    /// # Errors
    /// One sentence on why no group can be made here.
    pub(crate) fn find() -> Result<Self, String> {
        let memberships = fs::read_to_string("/proc/self/cgroup")
            .map_err(|error| format!("no cgroups: {error}"))?;
        let groups = Self::of(Path::new("/sys/fs/cgroup"), &memberships)
            .ok_or("no memory controller is mounted at /sys/fs/cgroup")?;
        groups.sweep();
        match groups.create(None) {
            Ok(_) => Ok(groups),
            Err(error) => Err(format!(
                "a memory cgroup cannot be made (which takes root): {error}"
            )),
        }
    }

    /// For the groups of `memberships` (lines as in `/proc/self/cgroup`), mounted below `root` at the usual
    /// places.
    fn of(root: &Path, memberships: &str) -> Option<Self> {
        let own = |wanted: &str| {
            memberships.lines().find_map(|line| {
                let mut fields = line.splitn(3, ':').skip(1);
                let controllers = fields.next()?;
                let group = fields.next()?;
                let is_wanted = controllers.split(',').any(|name| name == wanted);
                is_wanted.then(|| group.trim_start_matches('/'))
            })
        };
        if let Some(group) = own("memory") {
            let mount = root.join("memory");
            let parent = existing(&mount, &mount.join(group))?;
            let version = Version::V1;
            return Some(Self { version, parent });
        }
        let own = root.join(own("")?);
        let above = if own == root { root } else { own.parent()? };
        let controllers = fs::read_to_string(root.join("cgroup.controllers")).ok()?;
        controllers.contains("memory").then_some(())?;
        let parent = existing(root, above)?;
        let version = Version::V2;
        Some(Self { version, parent })
    }

    /// What the results call it.
    pub(crate) const fn name(&self) -> &'static str {
        match self.version {
            Version::V1 => "memory cgroup v1",
            Version::V2 => "memory cgroup v2",
        }
    }

    /// A group without processes, and with a limit or without; without swap, if it has a limit.
    pub(crate) fn create(&self, limit: Option<u64>) -> io::Result<Group> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self
            .parent
            .join(format!("{NAME}{}-{number}", process::id()));
        if self.version == Version::V2 {
            // Refused where it is so already, or must not be: then the group has no files, which is told below.
            let _ = fs::write(self.parent.join("cgroup.subtree_control"), "+memory");
        }
        fs::create_dir(&path)?;
        let group = Group {
            version: self.version,
            path,
        };
        group.limit(limit)?;
        Ok(group)
    }

    /// Removes groups of processes that were killed before they could.
    fn sweep(&self) {
        let entries = fs::read_dir(&self.parent).into_iter().flatten().flatten();
        for entry in entries {
            if entry.file_name().to_str().is_some_and(is_left) {
                // One that is in use after all cannot be removed.
                let _ = fs::remove_dir(entry.path());
            }
        }
    }
}

/// `group`, if it is there, else `mount`: a container may see its own group as the mount.
fn existing(mount: &Path, group: &Path) -> Option<PathBuf> {
    let mut candidates = [group, mount].into_iter();
    candidates.find(|path| path.is_dir()).map(Path::to_owned)
}

/// Whether `name` is a group whose maker is gone.
fn is_left(name: &str) -> bool {
    let maker = name
        .strip_prefix(NAME)
        .and_then(|rest| rest.split_once('-'));
    maker.is_some_and(|(id, _)| !Path::new("/proc").join(id).exists())
}

/// A group, which is removed when dropped; its processes have to be gone by then.
#[derive(Debug)]
pub(crate) struct Group {
    version: Version,
    path: PathBuf,
}

impl Group {
    /// Its directory, for a process to [`join`].
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The most bytes that were charged to it; `None` where the kernel does not say.
    pub(crate) fn peak(&self) -> Option<u64> {
        let [_, _, peak, _] = self.version.files();
        self.read(peak)?.trim().parse().ok()
    }

    /// Whether the kernel killed a process of it for its memory.
    pub(crate) fn has_killed(&self) -> bool {
        let [_, _, _, kills] = self.version.files();
        let text = self.read(kills).unwrap_or_default();
        let mut kills = text
            .lines()
            .filter_map(|line| line.strip_prefix("oom_kill "));
        kills.any(|count| count != "0")
    }

    fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path.join(file)).ok()
    }

    fn limit(&self, limit: Option<u64>) -> io::Result<()> {
        let [memory, swap, _, _] = self.version.files().map(|file| self.path.join(file));
        let Some(bytes) = limit else {
            return fs::metadata(memory).map(drop);
        };
        fs::write(memory, bytes.to_string())?;
        let no_swap = match self.version {
            Version::V1 => bytes,
            Version::V2 => 0,
        };
        match fs::write(swap, no_swap.to_string()) {
            // A kernel that does not count swap has no such file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for _ in 0..TRIES {
            match fs::remove_dir(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => thread::sleep(PAUSE),
                _ => return,
            }
        }
    }
}

/// Puts this process into the group in `directory`; what it took before is not counted there.
pub(crate) fn join(directory: &Path) -> io::Result<()> {
    fs::write(directory.join("cgroup.procs"), "0")
}

#[cfg(test)]
mod tests;
