//! The file: its bytes, and the blocks under them.
#![forbid(unsafe_code)]

use super::error::StoreError;
use super::figures::Figures;
use super::place;
use crate::layout::PAGE;
use crate::os::{self, Refused};
use crate::sync::atomic::{AtomicBool, Ordering};
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Bytes of a page, as offsets in files are counted.
pub(super) const PAGE_BYTES: u64 = PAGE as u64;

/// Zeros to write where the file system has no blocks that read zero by themselves.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// How a mutex is taken here: who panics holds none of its locks.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check_system() -> Result<(), StoreError> {
    if os::FILES && os::page_size() == PAGE {
        Ok(())
    } else {
        Err(StoreError::Unsupported)
    }
}

/// The one file of a store. Offsets and lengths are whole pages.
///
/// # Invariants
/// 1. If the file is shorter than somebody needs it, it was cut from outside. Nothing makes it longer
///    again, as zeros would be in the place of what is gone: `lost` says so from then on.
/// 2. Unless it was cut, the file has `length` bytes or more: a page more than any write reaches, so one that
///    was under way when it was cut does not make it as long again.
#[derive(Debug)]
pub(super) struct DiskFile {
    /// There is none before data goes to it: then it counts as one without bytes.
    opened: OnceLock<Opened>,
    /// Reads and writes go around the page cache, if they can.
    wants_direct: bool,
    /// A read or write through `direct` was refused: all others go through the page cache.
    cached: AtomicBool,
    lost: AtomicBool,
    /// Bytes that the file was made to have.
    length: Mutex<u64>,
    /// Blocks could not be given back: pages that count as holes may still have theirs, and old data.
    keeps_holes: AtomicBool,
    directory: PathBuf,
    process: u32,
    pub(super) figures: Figures,
}

#[derive(Debug)]
struct Opened {
    file: File,
    /// Around the page cache.
    direct: Option<File>,
}

impl Opened {
    fn new(file: File, direct: bool) -> Self {
        Self {
            direct: direct.then(|| os::open_direct(&file)).flatten(),
            file,
        }
    }
}

impl DiskFile {
    /// A file in `directory` or, if none is named, where it is usual.
    pub(super) fn open(directory: Option<&Path>, direct: bool) -> Result<Self, StoreError> {
        check_system()?;
        let (directory, file) = place::open(directory)?;
        let opened = OnceLock::from(Opened::new(file, direct));
        Ok(Self::new(directory, opened, direct))
    }

    /// As [`open`](Self::open), but there is no file before [`ready`](Self::ready).
    pub(super) fn open_later(directory: Option<&Path>, direct: bool) -> Result<Self, StoreError> {
        check_system()?;
        let directory = place::check(directory)?;
        // The working directory may be another one then.
        let directory = std::path::absolute(&directory).unwrap_or(directory);
        Ok(Self::new(directory, OnceLock::new(), direct))
    }

    fn new(directory: PathBuf, opened: OnceLock<Opened>, direct: bool) -> Self {
        Self {
            opened,
            wants_direct: direct,
            cached: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            length: Mutex::new(0),
            keeps_holes: AtomicBool::new(false),
            directory,
            process: os::process_id(),
            figures: Figures::new(),
        }
    }

    /// Opens the file, unless that is done.
    pub(super) fn ready(&self) -> Result<(), StoreError> {
        if self.opened.get().is_none() {
            let (_, file) = place::open(Some(&self.directory))?;
            self.opened
                .get_or_init(|| Opened::new(file, self.wants_direct));
        }
        Ok(())
    }

    pub(super) fn file(&self) -> Result<&File, Refused> {
        let opened = self.opened.get().ok_or(Refused::Short)?;
        Ok(&opened.file)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether this process opened it, and no parent did.
    pub(super) fn is_ours(&self) -> bool {
        os::process_id() == self.process
    }

    /// Refuses a process that inherited the store: it would write over its parent's data.
    pub(super) fn check_process(&self) -> Result<(), StoreError> {
        if self.is_ours() {
            Ok(())
        } else {
            Err(StoreError::Forked)
        }
    }

    /// An error if the file has not all of its first `bytes` bytes, is shorter than it was made, or once was.
    pub(super) fn check_length(&self, bytes: u64) -> Result<(), StoreError> {
        // Held until the file was asked: whoever makes it shorter says so here before.
        let made = lock(&self.length);
        let len = self.file().map_or(Some(0), os::len_of);
        if len.is_none_or(|len| len < bytes.max(*made)) {
            self.lost.store(true, Ordering::Relaxed);
        }
        let lost = self.lost.load(Ordering::Relaxed);
        if lost { Err(StoreError::Lost) } else { Ok(()) }
    }

    /// The error for a refusal, when `wanted` bytes were to be had or moved.
    pub(super) fn error(&self, refused: Refused, wanted: u64) -> StoreError {
        StoreError::of(refused, &self.directory, wanted)
    }

    /// Has blocks allocated, by writing where that is the only way.
    pub(super) fn back(&self, bytes: &Range<u64>) -> Result<(), Refused> {
        match os::allocate(self.file()?, bytes.start, bytes.end - bytes.start) {
            Err(Refused::Unknown) => self.write_zeros(bytes),
            done => done,
        }
    }

    /// Makes pages read zero, and those that are not written yet never be.
    pub(super) fn zero(&self, bytes: &Range<u64>) -> Result<(), Refused> {
        match self.cancel(bytes) {
            Err(Refused::Unknown | Refused::Unsuitable) => self.write_zeros(bytes),
            done => done,
        }
    }

    /// As [`zero`](Self::zero), where that costs nothing.
    pub(super) fn cancel(&self, bytes: &Range<u64>) -> Result<(), Refused> {
        os::zero(self.file()?, bytes.start, bytes.end - bytes.start)
    }

    fn write_zeros(&self, bytes: &Range<u64>) -> Result<(), Refused> {
        for at in bytes.clone().step_by(ZEROS.len()) {
            let rest = usize::try_from(bytes.end - at).unwrap_or(ZEROS.len());
            os::write_at(self.file()?, &ZEROS[..rest.min(ZEROS.len())], at)?;
        }
        Ok(())
    }

    /// Gives blocks back; where the file system cannot, they stay until the end is cut or the file is closed.
    pub(super) fn punch(&self, bytes: &Range<u64>) {
        let punched = self
            .file()
            .and_then(|file| os::punch(file, bytes.start, bytes.end - bytes.start));
        if punched.is_err() {
            self.keeps_holes.store(true, Ordering::Relaxed);
        }
    }

    /// Whether pages read zero that had no blocks, and got some with [`back`](Self::back).
    pub(super) fn backs_with_zeros(&self) -> bool {
        !self.keeps_holes.load(Ordering::Relaxed)
    }

    /// Has the file end a page behind `end`, or be empty. Where a limit has no room for that page, the file stays
    /// as it is. Nobody sees a cut between the look at its length and the call that changes it.
    pub(super) fn end_behind(&self, end: u64) -> Result<(), StoreError> {
        let wanted = if end == 0 { 0 } else { end + PAGE_BYTES };
        let made = *lock(&self.length);
        if wanted == made {
            return Ok(());
        }
        self.check_length(made)?;
        *lock(&self.length) = made.min(wanted);
        let done = self.file().and_then(|file| os::set_len(file, wanted));
        if done.is_ok() {
            *lock(&self.length) = wanted;
        }
        Ok(())
    }

    /// The descriptor around the page cache, if it works.
    fn direct(&self) -> Option<&File> {
        let cached = self.cached.load(Ordering::Relaxed);
        let direct = self.opened.get()?.direct.as_ref();
        direct.filter(|_| !cached)
    }

    pub(super) fn is_direct(&self) -> bool {
        self.direct().is_some()
    }

    /// Reads or writes around the page cache: `None` where that is to be done through it.
    fn around(
        &self,
        call: impl FnOnce(&File) -> Result<(), Refused>,
    ) -> Option<Result<(), Refused>> {
        let done = call(self.direct()?);
        if done == Err(Refused::Unsuitable) {
            self.cached.store(true, Ordering::Relaxed);
            return None;
        }
        Some(done)
    }

    /// Writes pages.
    pub(super) fn write(&self, from: &[u8], at: u64) -> Result<(), StoreError> {
        let len = from.len() as u64;
        self.check_length(at + len)?;
        let done = self
            .around(|file| os::write_at(file, from, at))
            .unwrap_or_else(|| self.write_cached(from, at));
        self.figures.written.add(len);
        done.map_err(|refused| self.error(refused, len))
    }

    /// Writes through the page cache, and leaves nothing there: as if around it.
    fn write_cached(&self, from: &[u8], at: u64) -> Result<(), Refused> {
        let (file, len) = (self.file()?, from.len() as u64);
        os::write_at(file, from, at)?;
        os::finish_writing(file, at, len);
        os::forget(file, at, len);
        Ok(())
    }

    /// Reads pages.
    pub(super) fn read(&self, into: &mut [u8], at: u64) -> Result<(), StoreError> {
        let len = into.len() as u64;
        self.check_length(at + len)?;
        let done = self
            .around(|file| os::read_at(file, into, at))
            .unwrap_or_else(|| self.read_cached(into, at));
        self.figures.read.add(len);
        done.map_err(|refused| self.error(refused, len))
    }

    fn read_cached(&self, into: &mut [u8], at: u64) -> Result<(), Refused> {
        let (file, len) = (self.file()?, into.len() as u64);
        os::announce(file, at, len);
        os::read_at(file, into, at)?;
        os::forget(file, at, len);
        Ok(())
    }

    pub(super) fn map(&self, at: u64, len: usize) -> Result<NonNull<u8>, Refused> {
        os::map(self.file()?, at, len)
    }

    /// Starts to write what a mapping changed.
    pub(super) fn start_writing(&self, at: u64, len: u64) {
        if let Ok(file) = self.file() {
            os::start_writing(file, at, len);
        }
    }

    /// Waits until what a mapping changed is written.
    pub(super) fn finish_writing(&self, at: u64, len: u64) {
        if let Ok(file) = self.file() {
            os::finish_writing(file, at, len);
        }
        self.figures.written.add(len);
    }
}
