//! The kernel's own alarm for waits.
#![forbid(unsafe_code)]

use super::reading::files;
use crate::ops::limit::MemLimit;
use crate::os;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// 100 ms within two seconds in which some task waits: shorter windows need a privilege. The kernel overwrites
/// the last byte.
const TRIGGER: &[u8] = b"some 100000 2000000\0";

/// Wakes a thread when tasks wait for memory: for at least 100 ms within two seconds.
///
/// For a service that need not look every second: it looks, with a [`PressureWatch`](super::PressureWatch), when
/// it is woken.
///
/// ```
/// use std::time::Duration;
/// use zkarena::ops::{MemLimit, StallAlarm};
///
/// let limit = MemLimit::detect();
/// match StallAlarm::open(&limit) {
///     Ok(alarm) => println!("memory is short: {}", alarm.wait(Duration::from_millis(1))?),
///     Err(error) => println!("no alarm: {error}"), // look every second instead
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct StallAlarm {
    file: File,
}

impl StallAlarm {
    /// An alarm of the control group that sets the limit, or else of the machine.
    ///
    /// # Errors
    /// What the last file that was tried fails with: not found where the kernel keeps no count, and
    /// permission denied before Linux 6.4 without a privilege.
    pub fn open(limit: &MemLimit) -> io::Result<Self> {
        Self::below(Path::new("/"), limit)
    }

    /// As [`open`](Self::open), by the system's files below `root`.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn below(root: &Path, limit: &MemLimit) -> io::Result<Self> {
        let mut last = io::ErrorKind::NotFound.into();
        for path in files(root, limit) {
            match set(&path) {
                Ok(file) => return Ok(Self { file }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Blocks until the alarm goes off, for at most that long or until a signal; whether it did. It goes off
    /// once in two seconds at most.
    ///
    /// # Errors
    /// If the group is gone.
    pub fn wait(&self, at_most: Duration) -> io::Result<bool> {
        os::wait_urgent(&self.file, at_most)
    }
}

fn set(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    file.write_all(TRIGGER)?;
    Ok(file)
}
