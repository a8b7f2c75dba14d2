//! Memory cgroups, version 1 or 2: what limits a process, and counts what it takes.
#![forbid(unsafe_code)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// Groups of this program are called so, with the process and a number behind it.
const NAME: &str = "zkarena-measure-";
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
pub struct Groups {
    version: Version,
    parent: PathBuf,
}

impl Groups {
    /// Below this process's own group, or beside it where groups with processes cannot have others below them.
    ///
    /// # Errors
    /// One sentence on why no group can be made here.
    pub fn find() -> Result<Self, String> {
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
    pub const fn name(&self) -> &'static str {
        match self.version {
            Version::V1 => "memory cgroup v1",
            Version::V2 => "memory cgroup v2",
        }
    }

    /// A group without processes, and with a limit or without; without swap, if it has a limit.
    ///
    /// # Errors
    /// If the kernel refuses it.
    pub fn create(&self, limit: Option<u64>) -> io::Result<Group> {
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

/// Writes a number to a file of a group, which is there or not: the kernel refuses to make one in another way than it
/// refuses one that is not there.
fn set(file: &Path, number: u64) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).truncate(true).open(file)?;
    file.write_all(number.to_string().as_bytes())
}

/// The number of the first line that begins so.
fn value(text: &str, name: &str) -> Option<u64> {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
    values.next()?.trim().parse().ok()
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
pub struct Group {
    version: Version,
    path: PathBuf,
}

impl Group {
    /// Its directory, for a process to [`join`].
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The most bytes that were charged to it; `None` where the kernel does not say.
    pub fn peak(&self) -> Option<u64> {
        let [_, _, peak, _] = self.version.files();
        self.read(peak)?.trim().parse().ok()
    }

    /// Whether the kernel killed a process of it for its memory.
    pub fn has_killed(&self) -> bool {
        self.kills() > 0
    }

    /// How often the kernel killed a process of it for its memory.
    pub fn kills(&self) -> u64 {
        let [_, _, _, kills] = self.version.files();
        let text = self.read(kills).unwrap_or_default();
        value(&text, "oom_kill ").unwrap_or(0)
    }

    /// Bytes in use, without file pages that the kernel takes back for the asking; `None` where it does not say.
    pub fn working_set(&self) -> Option<u64> {
        let (usage, reclaimable) = match self.version {
            Version::V1 => ("memory.usage_in_bytes", "total_inactive_file "),
            Version::V2 => ("memory.current", "inactive_file "),
        };
        let usage: u64 = self.read(usage)?.trim().parse().ok()?;
        let reclaimable = value(&self.read("memory.stat")?, reclaimable)?;
        Some(usage.saturating_sub(reclaimable))
    }

    fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path.join(file)).ok()
    }

    /// Another limit; the kernel takes back what it can.
    ///
    /// # Errors
    /// If the kernel refuses it, as when more is in use than it can take back.
    pub fn set_limit(&self, bytes: u64) -> io::Result<()> {
        let [memory, _, _, _] = self.version.files();
        set(&self.path.join(memory), bytes)
    }

    fn limit(&self, limit: Option<u64>) -> io::Result<()> {
        let [memory, swap, _, _] = self.version.files().map(|file| self.path.join(file));
        let Some(bytes) = limit else {
            return fs::metadata(memory).map(drop);
        };
        set(&memory, bytes)?;
        let no_swap = match self.version {
            Version::V1 => bytes,
            Version::V2 => 0,
        };
        match set(&swap, no_swap) {
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
///
/// # Errors
/// If the kernel refuses it.
pub fn join(directory: &Path) -> io::Result<()> {
    fs::write(directory.join("cgroup.procs"), "0")
}

#[cfg(test)]
mod tests;
