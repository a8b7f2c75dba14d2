//! A file that says what a process was doing when it vanished.
#![forbid(unsafe_code)]

mod record;

pub use record::{InFlight, Vanished};

use crate::os;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// A file that says which phases are under way, so that the next start can tell where the last process vanished.
///
/// A process that the kernel kills says nothing. This file is there from the start of the process to its clean
/// end, and is replaced in one step whenever a marked phase begins or ends.
///
/// ```
/// use zkarena::ops::BlackBox;
///
/// let file = std::env::temp_dir().join(format!("in-flight-{}", std::process::id()));
/// let (black_box, vanished) = BlackBox::open(&file);
/// if let Some(vanished) = vanished {
///     eprintln!("{vanished}");
/// }
/// let proof = black_box.begin("transfer", 300 << 20); // until dropped
/// assert!(std::fs::read_to_string(&file)?.contains("transfer"));
/// drop(proof);
/// drop(black_box);
/// assert!(!file.exists());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Each process needs a file of its own. Where it cannot be written, one line on standard error says so, and
/// nothing else changes. It is not forced onto the disk: it outlives the process, not the machine.
#[derive(Debug)]
pub struct BlackBox {
    shared: Arc<Shared>,
}

/// A phase that is under way, until it is dropped.
#[derive(Debug)]
#[must_use = "the phase ends when this is dropped"]
pub struct Marked {
    shared: Arc<Shared>,
    number: u64,
}

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    written: Mutex<Written>,
}

/// What is in the file.
#[derive(Debug, Default)]
struct Written {
    next_number: u64,
    phases: Vec<(u64, InFlight)>,
    /// It could not be written, and that was said.
    broken: bool,
    closed: bool,
}

impl BlackBox {
    /// Writes `file`; says what was in it, if the last process left it behind.
    pub fn open(file: impl Into<PathBuf>) -> (Self, Option<Vanished>) {
        let file = file.into();
        let vanished = fs::read(&file)
            .ok()
            .map(|text| record::parse(&String::from_utf8_lossy(&text)));
        let shared = Arc::new(Shared {
            file,
            written: Mutex::default(),
        });
        shared.write(&mut shared.written());
        (Self { shared }, vanished)
    }

    /// Marks a phase that needs so many bytes. Several may be under way at once.
    pub fn begin(&self, phase: &str, bytes: u64) -> Marked {
        let started = SystemTime::now();
        let phase = phase.to_owned();
        let mut written = self.shared.written();
        let number = written.next_number;
        written.next_number += 1;
        written.phases.push((
            number,
            InFlight {
                phase,
                bytes,
                started,
            },
        ));
        self.shared.write(&mut written);
        Marked {
            shared: Arc::clone(&self.shared),
            number,
        }
    }
}

impl Shared {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the file.
    fn write(&self, written: &mut Written) {
        if written.closed {
            return;
        }
        let phases = written.phases.iter().map(|(_, phase)| phase);
        let text = record::text(std::process::id(), phases);
        let done = replace(&self.file, &text);
        if let (Err(error), false) = (&done, written.broken) {
            complain(&self.file, error);
        }
        written.broken = done.is_err();
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        let mut written = self.shared.written();
        written.phases.retain(|&(number, _)| number != self.number);
        self.shared.write(&mut written);
    }
}

impl Drop for BlackBox {
    fn drop(&mut self) {
        let mut written = self.shared.written();
        written.closed = true;
        let _ = fs::remove_file(&self.shared.file); // there is none where it could not be written
    }
}

/// Whoever reads the file sees all of the old or all of the new text.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let _ = fs::remove_file(&beside); // of a process that was killed here; a link is not followed
    let mut new = File::create_new(&beside)?;
    new.write_all(text.as_bytes())?;
    fs::rename(&beside, file)
}

fn complain(file: &Path, error: &io::Error) {
    let file = file.display();
    let line = format!(
        "zkarena: the black box {file} cannot be written: {error}; if this process vanishes, nothing will say where\n"
    );
    os::write_stderr(line.as_bytes());
}
