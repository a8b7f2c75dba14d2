//! The file, and extents of it that are handed out.
#![forbid(unsafe_code)]

use super::budget::Budget;
use super::error::StoreError;
use super::extents::{Extents, Run, Taken};
use super::figures::Figures;
use super::place;
use crate::layout::PAGE;
use crate::os::{self, Refused};
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes of a page, as offsets in files are counted.
pub(super) const PAGE_BYTES: u64 = PAGE as u64;

/// Zeros to write where the file system has no blocks that read zero by themselves.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// The one file of a store.
///
/// # Invariants
/// 1. A live extent's pages have blocks of the disk: they were allocated before it was handed out.
/// 2. `budget` has the bytes of all pages with blocks in use.
/// 3. No live extent ends beyond the end of the file, which is cut under the lock of `pages` only: if
///    one does, somebody else has cut the file. Nothing makes it longer again, as zeros would be in the
///    place of what is gone; the store only says that it is lost.
#[derive(Debug)]
pub(super) struct PoolFile {
    file: File,
    /// Around the page cache.
    direct: Option<File>,
    /// A read or write through `direct` was refused: all others go through the page cache.
    cached: AtomicBool,
    /// Somebody has cut the file.
    lost: AtomicBool,
    directory: PathBuf,
    pages: Mutex<Pages>,
    /// An extent that was on its way out is free.
    left: Condvar,
    budget: Budget,
    process: u32,
    pub(super) figures: Figures,
}

#[derive(Debug, Default)]
struct Pages {
    extents: Extents,
    /// Extents without an owner, which will be free when the threads are done with them.
    leaving: usize,
}

/// How a mutex is taken here: who panics holds none of its locks.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PoolFile {
    /// A file in `directory` or, if none is named, where it is usual; of at most `disk` bytes.
    pub(super) fn open(
        directory: Option<&Path>,
        disk: u64,
        direct: bool,
    ) -> Result<Self, StoreError> {
        if !os::FILES || os::page_size() != PAGE {
            return Err(StoreError::Unsupported);
        }
        let (directory, file) = place::open(directory)?;
        Ok(Self {
            direct: direct.then(|| os::open_direct(&file)).flatten(),
            file,
            cached: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            directory,
            pages: Mutex::default(),
            left: Condvar::new(),
            budget: Budget::new(disk),
            process: os::process_id(),
            figures: Figures::default(),
        })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Refuses a process that inherited the store: it would write over its parent's data.
    pub(super) fn check_process(&self) -> Result<(), StoreError> {
        if self.is_ours() {
            Ok(())
        } else {
            Err(StoreError::Forked)
        }
    }

    fn is_ours(&self) -> bool {
        os::process_id() == self.process
    }

    /// Pages for `bytes` bytes, with blocks of the disk.
    pub(super) fn take(self: &Arc<Self>, bytes: u64) -> Result<Extent, StoreError> {
        self.check_process()?;
        let pages = bytes.div_ceil(PAGE_BYTES).max(1);
        let mut held = lock(&self.pages);
        if held.extents.would_grow(pages) {
            held = self.settled(held);
        }
        let taken = match self.try_take(&mut held.extents, pages) {
            // Blocks of free pages may be what is missing elsewhere.
            Err(error) if error.is_for_want_of_space() => {
                held = self.settled(held);
                self.trim_locked(&mut held.extents);
                self.try_take(&mut held.extents, pages)?
            }
            done => done?,
        };
        Ok(Extent {
            file: Arc::clone(self),
            start: taken.run.start * PAGE_BYTES,
            bytes: AtomicU64::new(pages * PAGE_BYTES),
            is_fresh: taken.bare_pages() == pages,
            is_mapped: AtomicBool::new(false),
            is_leaving: AtomicBool::new(false),
        })
    }

    /// Waits until what has no owner any more is free.
    fn settled<'f>(&'f self, held: MutexGuard<'f, Pages>) -> MutexGuard<'f, Pages> {
        if held.leaving == 0 {
            return held;
        }
        let wait = || self.left.wait_while(held, |pages| pages.leaving > 0);
        self.figures
            .stalled(wait)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// An error if the file has not all of its first `bytes` bytes, or once had not.
    fn check_length(&self, bytes: u64) -> Result<(), StoreError> {
        if os::len_of(&self.file).is_none_or(|len| len < bytes) {
            self.lost.store(true, Ordering::Relaxed);
        }
        if self.lost.load(Ordering::Relaxed) {
            Err(StoreError::Lost)
        } else {
            Ok(())
        }
    }

    fn try_take(&self, extents: &mut Extents, pages: u64) -> Result<Taken, StoreError> {
        self.check_length(extents.end() * PAGE_BYTES)?;
        let taken = extents.take(pages);
        let bare = taken.bare_pages() * PAGE_BYTES;
        let backed = self.charge(bare).and_then(|()| {
            let done = taken.bare.iter().try_for_each(|run| self.back(run));
            done.map_err(|refused| {
                self.budget.give(bare);
                taken.bare.iter().for_each(|run| self.punch(run));
                StoreError::of(refused, &self.directory, pages * PAGE_BYTES)
            })
        });
        match backed {
            Ok(()) => Ok(taken),
            Err(refused) => {
                extents.undo(&taken);
                self.cut(extents);
                Err(refused)
            }
        }
    }

    fn charge(&self, bytes: u64) -> Result<(), StoreError> {
        self.budget
            .take(bytes)
            .map_err(|in_use| StoreError::Budget {
                budget: self.budget.limit(),
                in_use,
                wanted: bytes,
            })
    }

    /// Has blocks allocated, by writing where that is the only way.
    fn back(&self, run: &Run) -> Result<(), Refused> {
        match os::allocate(&self.file, run.start * PAGE_BYTES, bytes_of(run)) {
            Err(Refused::Unknown) => self.write_zeros(run.start * PAGE_BYTES, bytes_of(run)),
            done => done,
        }
    }

    fn write_zeros(&self, start: u64, bytes: u64) -> Result<(), Refused> {
        for at in (0..bytes).step_by(ZEROS.len()) {
            let some =
                usize::try_from(bytes - at).map_or(ZEROS.len(), |rest| rest.min(ZEROS.len()));
            os::write_at(&self.file, &ZEROS[..some], start + at)?;
        }
        Ok(())
    }

    /// Gives blocks back; where the file system cannot, they stay until the end is cut or the file is closed.
    fn punch(&self, run: &Run) {
        let _ = os::punch(&self.file, run.start * PAGE_BYTES, bytes_of(run));
    }

    /// Makes the file end where the last page that counts does.
    fn cut(&self, extents: &Extents) {
        let end = extents.end() * PAGE_BYTES;
        if self.check_length(end).is_ok() {
            let _ = os::cut(&self.file, end);
        }
    }

    /// Gives all blocks of free pages back; says how many bytes.
    pub(super) fn trim(&self) -> u64 {
        if !self.is_ours() {
            return 0;
        }
        let mut held = self.settled(lock(&self.pages));
        self.trim_locked(&mut held.extents)
    }

    fn trim_locked(&self, extents: &mut Extents) -> u64 {
        let before = extents.backed();
        let holes = extents.trim();
        for run in &holes {
            self.punch(run);
        }
        self.cut(extents);
        let bytes = (before - extents.backed()) * PAGE_BYTES;
        self.budget.give(bytes);
        bytes
    }

    /// Makes pages read zero, and those that are not written yet never be.
    fn zero(&self, start: u64, bytes: u64) -> Result<(), Refused> {
        match os::zero(&self.file, start, bytes) {
            Err(Refused::Unknown | Refused::Unsuitable) => self.write_zeros(start, bytes),
            done => done,
        }
    }

    /// The descriptor around the page cache, if it works.
    fn direct(&self) -> Option<&File> {
        let cached = self.cached.load(Ordering::Relaxed);
        self.direct.as_ref().filter(|_| !cached)
    }

    pub(super) fn is_direct(&self) -> bool {
        self.direct().is_some()
    }

    /// Does something around the page cache, or through it where that is refused.
    fn around(
        &self,
        mut direct: impl FnMut(&File) -> Result<(), Refused>,
        cached: impl FnOnce(&mut dyn FnMut(&File) -> Result<(), Refused>) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        if let Some(file) = self.direct() {
            match direct(file) {
                Err(Refused::Unsuitable) => self.cached.store(true, Ordering::Relaxed),
                done => return done,
            }
        }
        cached(&mut direct)
    }

    /// Writes whole pages.
    fn write(&self, from: &[u8], at: u64) -> Result<(), StoreError> {
        let len = from.len() as u64;
        self.check_length(at + len)?;
        let done = self.around(
            |file| os::write_at(file, from, at),
            |write| {
                write(&self.file)?;
                os::finish_writing(&self.file, at, len);
                os::forget(&self.file, at, len);
                Ok(())
            },
        );
        self.figures.written.add(len);
        done.map_err(|refused| StoreError::of(refused, &self.directory, len))
    }

    /// Reads whole pages.
    fn read(&self, into: &mut [u8], at: u64) -> Result<(), StoreError> {
        let len = into.len() as u64;
        self.check_length(at + len)?;
        let done = self.around(
            |file| os::read_at(file, into, at),
            |read| {
                os::announce(&self.file, at, len);
                read(&self.file)?;
                os::forget(&self.file, at, len);
                Ok(())
            },
        );
        self.figures.read.add(len);
        done.map_err(|refused| StoreError::of(refused, &self.directory, len))
    }
}

fn bytes_of(run: &Run) -> u64 {
    (run.end - run.start) * PAGE_BYTES
}

/// A piece of the file that is ours.
///
/// # Invariants
/// 1. `start` and `bytes` are whole pages, which nobody else has until this is dropped.
#[derive(Debug)]
pub(super) struct Extent {
    file: Arc<PoolFile>,
    start: u64,
    bytes: AtomicU64,
    /// All of it reads zero.
    is_fresh: bool,
    /// Pages of it may be in the page cache.
    is_mapped: AtomicBool,
    /// It has no owner any more, and was counted.
    is_leaving: AtomicBool,
}

impl Deref for Extent {
    type Target = PoolFile;

    fn deref(&self) -> &PoolFile {
        &self.file
    }
}

impl Extent {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Gives back what is beyond the first `bytes` bytes, which nobody uses: at least a page stays.
    pub(super) fn shrink(&self, bytes: u64) {
        let bytes = bytes.div_ceil(PAGE_BYTES).max(1) * PAGE_BYTES;
        let before = self.bytes.fetch_min(bytes, Ordering::Relaxed);
        if bytes < before {
            self.give(self.start + bytes..self.start + before);
        }
    }

    fn give(&self, bytes: Run) {
        let mut held = lock(&self.pages);
        held.extents
            .give(bytes.start / PAGE_BYTES..bytes.end / PAGE_BYTES);
    }

    /// The owner goes: it is free as soon as the threads are done with it, which who needs pages waits for.
    pub(super) fn leave(&self) {
        if self.is_ours() {
            lock(&self.pages).leaving += 1;
            self.is_leaving.store(true, Ordering::Relaxed);
        }
    }

    /// Writes whole pages, `at` bytes from the start.
    pub(super) fn write_at(&self, from: &[u8], at: u64) -> Result<(), StoreError> {
        debug_assert!(at + from.len() as u64 <= self.bytes());
        self.write(from, self.start + at)
    }

    /// Reads whole pages, `at` bytes from the start.
    pub(super) fn read_at(&self, into: &mut [u8], at: u64) -> Result<(), StoreError> {
        debug_assert!(at + into.len() as u64 <= self.bytes());
        self.read(into, self.start + at)
    }

    /// Maps all of it; it reads zero.
    pub(super) fn map(&self) -> Result<std::ptr::NonNull<u8>, StoreError> {
        let bytes = self.bytes();
        let refused = |refused| StoreError::of(refused, &self.directory, bytes);
        if !self.is_fresh {
            self.zero(self.start, bytes).map_err(refused)?;
        }
        self.is_mapped.store(true, Ordering::Relaxed);
        let len = usize::try_from(bytes).map_err(|_| refused(Refused::FileSize))?;
        os::map(&self.file.file, self.start, len).map_err(refused)
    }

    /// Starts to write what a mapping changed, `at` bytes from the start.
    pub(super) fn start_writing(&self, at: u64, len: u64) {
        os::start_writing(&self.file.file, self.start + at, len);
    }

    /// Waits until what a mapping changed is written, `at` bytes from the start.
    pub(super) fn finish_writing(&self, at: u64, len: u64) {
        os::finish_writing(&self.file.file, self.start + at, len);
        self.figures.written.add(len);
    }
}

impl Drop for Extent {
    fn drop(&mut self) {
        if !self.is_ours() {
            return; // the parent's, who still uses it
        }
        let (start, bytes) = (self.start, self.bytes());
        if self.is_mapped.load(Ordering::Relaxed) || !self.is_direct() {
            // What is not written yet need not be; a refusal only means that it is.
            let _ = os::zero(&self.file.file, start, bytes);
        }
        self.give(start..start + bytes);
        if self.is_leaving.load(Ordering::Relaxed) {
            lock(&self.pages).leaving -= 1;
            self.left.notify_all();
        }
    }
}
