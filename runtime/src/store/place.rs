//! Where the file is: a directory on a disk, and a file in it that has no name.
#![forbid(unsafe_code)]

use super::error::{StoreError, Tried};
use crate::os;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Names the directory.
const VARIABLE: &str = "ZKARENA_STORE_DIR";

/// Directories that the file may be in. Who names one gets that one, or an error.
fn candidates(named: Option<&Path>) -> Vec<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let named = named
        .map(Path::to_owned)
        .or_else(|| set(VARIABLE).map(PathBuf::from));
    if let Some(named) = named {
        return vec![named];
    }
    let temporary = set("TMPDIR").map(PathBuf::from);
    temporary
        .into_iter()
        .chain([PathBuf::from("/var/tmp")])
        .collect()
}

/// The first directory that can hold the file, and the file.
pub(super) fn open(named: Option<&Path>) -> Result<(PathBuf, File), StoreError> {
    first(named, open_in)
}

/// The first directory that seems able to hold the file, which is not made yet.
pub(super) fn check(named: Option<&Path>) -> Result<PathBuf, StoreError> {
    let (path, ()) = first(named, check_one)?;
    Ok(path)
}

/// The first directory with which an attempt succeeds, and what comes of that.
fn first<R>(
    named: Option<&Path>,
    attempt: impl Fn(&Path) -> Result<R, String>,
) -> Result<(PathBuf, R), StoreError> {
    let mut tried = Vec::new();
    for path in candidates(named) {
        match attempt(&path) {
            Ok(done) => return Ok((path, done)),
            Err(reason) => tried.push(Tried { path, reason }),
        }
    }
    Err(StoreError::NoDirectory { tried })
}

fn check_one(directory: &Path) -> Result<(), String> {
    let opened = os::open_directory(directory).map_err(|error| error.to_string())?;
    check_disk(&opened)
}

/// A file in `directory`, or what is wrong with that.
fn open_in(directory: &Path) -> Result<File, String> {
    let file = match os::open_unnamed(directory) {
        Err(error) if os::needs_a_name(&error) && directory.is_dir() => open_with_a_name(directory),
        opened => opened,
    };
    let file = file.map_err(|error| error.to_string())?;
    check_disk(&file).map(|()| file)
}

fn check_disk(file: &File) -> Result<(), String> {
    match os::is_in_memory(file) {
        Some(false) => Ok(()),
        Some(true) => Err("its files are in memory, not on a disk".to_owned()),
        None => Err("the kernel does not tell what file system it is on".to_owned()),
    }
}

/// A file that has a name for a moment: one that nobody can foresee.
fn open_with_a_name(directory: &Path) -> io::Result<File> {
    let mut name = [0; 16];
    if !os::random(&mut name) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let name = format!(".zkarena-{:032x}", u128::from_ne_bytes(name));
    os::open_unlinked(&directory.join(name))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    /// A directory on a disk, gone when dropped.
    fn folder(name: &str) -> PathBuf {
        let path = Path::new("/var/tmp").join(format!("zkarena-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).expect("a new directory");
        path
    }

    #[test]
    fn the_file_has_no_name_either_way() {
        let folder = folder("nameless");
        for file in [open_in(&folder).ok(), open_with_a_name(&folder).ok()] {
            let file = file.expect("a file").metadata().expect("its metadata");
            assert_eq!(file.nlink(), 0);
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
            assert_eq!(
                std::fs::read_dir(&folder).expect("the directory").count(),
                0
            );
        }
        std::fs::remove_dir(folder).expect("an empty directory");
    }

    #[test]
    fn a_planted_link_is_not_followed() {
        let folder = folder("planted");
        let (target, link) = (folder.join("target"), folder.join("link"));
        std::fs::write(&target, "mine").expect("a file");
        symlink(&target, &link).expect("a link");
        let refused = os::open_unlinked(&link).expect_err("the name is taken");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&target).expect("the file"), b"mine");
        assert!(link.is_symlink());
        std::fs::remove_dir_all(folder).expect("the directory");
    }

    #[test]
    fn what_is_named_is_the_only_candidate() {
        let named = Path::new("/nowhere/at/all");
        assert_eq!(candidates(Some(named)), [named]);
    }
}
