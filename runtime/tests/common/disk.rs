//! Directories on disks, file systems of a test's own, and the file of a store as the kernel sees it.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use zkarena::{Store, StorePlan};

/// A directory on a disk, gone when dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new("/var/tmp").join(format!("zkarena-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a new directory");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Names in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the directory");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        entries
            .map(|entry| name(entry.expect("an entry")))
            .collect()
    }

    pub(crate) fn plan(&self) -> StorePlan {
        StorePlan::new().directory(self.path())
    }

    pub(crate) fn store(&self) -> Store {
        self.plan().open().expect("a store")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The file of the store in `directory`, through this process's own descriptor of it.
pub(crate) fn file_of(directory: &Path) -> File {
    find_file(directory).expect("the file of a store")
}

/// As [`file_of`], if there is one.
pub(crate) fn find_file(directory: &Path) -> Option<File> {
    let mut descriptors = fs::read_dir("/proc/self/fd").expect("descriptors");
    descriptors.find_map(|entry| {
        let entry = entry.ok()?;
        let target = fs::read_link(entry.path()).ok()?;
        let ours = target.starts_with(directory) && target.to_string_lossy().ends_with("(deleted)");
        ours.then(|| {
            let mut options = File::options();
            options.read(true).write(true);
            options.open(entry.path()).expect("the file once more")
        })
    })
}

/// Bytes of the disk that a file has.
pub(crate) fn disk_bytes(file: &File) -> u64 {
    file.metadata().expect("metadata").blocks() * 512
}

/// A file system that is mounted until dropped.
#[derive(Debug)]
pub(crate) struct Mounted {
    at: PathBuf,
    /// Has the image and the directory that it is mounted on.
    folder: Folder,
}

impl Mounted {
    /// An ext4 of `bytes` bytes on a loop device; `None` if this user may not mount.
    pub(crate) fn ext4(bytes: u64) -> Option<Self> {
        Self::ext("mkfs.ext4", bytes)
    }

    /// As [`ext4`](Self::ext4), on which files have no extents, and no blocks before they are written.
    pub(crate) fn ext2(bytes: u64) -> Option<Self> {
        Self::ext("mkfs.ext2", bytes)
    }

    fn ext(program: &str, bytes: u64) -> Option<Self> {
        let folder = Folder::new();
        let (image, at) = (folder.path().join("image"), folder.path().join("disk"));
        let file = File::create(&image).expect("an image");
        file.set_len(bytes).expect("its size");
        fs::create_dir(&at).expect("a directory");
        let made = succeeds(Command::new(program).arg("-q").arg(&image));
        let mounted = made
            && succeeds(
                Command::new("mount")
                    .args(["-o", "loop"])
                    .args([&image, &at]),
            );
        mounted.then_some(Self { at, folder })
    }

    /// A file system in memory.
    pub(crate) fn in_memory(kind: &str) -> Option<Self> {
        let folder = Folder::new();
        let at = folder.path().to_owned();
        let mounted = succeeds(Command::new("mount").args(["-t", kind, "none"]).arg(&at));
        mounted.then_some(Self { at, folder })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.at
    }

    /// Refuses everybody, root included, to write to it.
    pub(crate) fn make_read_only(&self) {
        let done = succeeds(
            Command::new("mount")
                .args(["-o", "remount,ro"])
                .arg(&self.at),
        );
        assert!(done, "remount {}", self.at.display());
    }

    /// Every byte of it, those of files that are gone included.
    pub(crate) fn raw(&self) -> Vec<u8> {
        let written = succeeds(Command::new("sync").arg("-f").arg(&self.at));
        assert!(written, "sync {}", self.at.display());
        fs::read(self.folder.path().join("image")).expect("the image")
    }

    /// From now on nothing can be read from it that is not in memory.
    pub(crate) fn take_away(&self) {
        let image = File::options()
            .write(true)
            .open(self.folder.path().join("image"));
        image
            .and_then(|image| image.set_len(0))
            .expect("an empty image");
    }

    /// Free bytes of it, those that only root gets included.
    pub(crate) fn free_bytes(&self) -> u64 {
        let answer = Command::new("stat")
            .args(["-f", "-c", "%f %S"])
            .arg(&self.at)
            .output();
        let answer = String::from_utf8(answer.expect("stat").stdout).expect("plain text");
        answer
            .split_whitespace()
            .map(|word| word.parse::<u64>().expect("a number"))
            .product()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = succeeds(Command::new("umount").arg(&self.at));
        assert!(
            unmounted || std::thread::panicking(),
            "umount {}",
            self.at.display()
        );
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
