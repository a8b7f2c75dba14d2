//! Which pages of the file are whose: extents, handed out with blocks of the disk under them.
#![forbid(unsafe_code)]

use super::budget::Budget;
use super::error::StoreError;
use super::extents::{Extents, Taken};
use super::file::{DiskFile, PAGE_BYTES, lock};
use super::pieces::Run;
use super::process;
use crate::os::Refused;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::ops::{Deref, Range};
use std::ptr::NonNull;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The pages of the file.
///
/// # Invariants
/// 1. A live extent's pages have blocks of the disk: they were allocated before it was handed out.
/// 2. `budget` has the bytes of all pages with blocks in use.
/// 3. No live extent ends beyond the end of the file, which is cut under the lock of `pages` only.
#[derive(Debug)]
pub(super) struct Space {
    file: DiskFile,
    pages: Mutex<Pages>,
    /// An extent that was on its way out is free.
    left: Condvar,
    budget: Budget,
}

#[derive(Debug, Default)]
struct Pages {
    extents: Extents,
    /// Extents without an owner, which will be free when the threads are done with them.
    leaving: usize,
}

impl Deref for Space {
    type Target = DiskFile;

    fn deref(&self) -> &DiskFile {
        &self.file
    }
}

impl Space {
    /// The pages of a file of at most `disk` bytes.
    pub(super) fn new(file: DiskFile, disk: u64) -> Self {
        Self {
            file,
            pages: Mutex::default(),
            left: Condvar::new(),
            budget: Budget::new(disk, &process::DISK),
        }
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Pages for `bytes` bytes, with blocks of the disk.
    pub(super) fn take(self: &Arc<Self>, bytes: u64) -> Result<Extent, StoreError> {
        self.check_process()?;
        // No file is that long; and no sum of what follows is beyond all numbers.
        if i64::try_from(bytes).is_err() {
            return Err(self.error(Refused::FileSize, bytes));
        }
        let pages = bytes.div_ceil(PAGE_BYTES).max(1);
        let taken = self.take_pages(pages)?;
        Ok(Extent {
            space: Arc::clone(self),
            start: taken.run.start * PAGE_BYTES,
            bytes: AtomicU64::new(pages * PAGE_BYTES),
            is_fresh: taken.bare_pages() == pages && self.backs_with_zeros(),
            is_mapped: AtomicBool::new(false),
            is_leaving: AtomicBool::new(false),
        })
    }

    fn take_pages(&self, pages: u64) -> Result<Taken, StoreError> {
        let mut held = lock(&self.pages);
        if held.extents.would_grow(pages) {
            held = self.settled(held);
        }
        match self.try_take(&mut held.extents, pages) {
            // Blocks of free pages may be what is missing elsewhere.
            Err(error) if error.is_for_want_of_space() => {
                held = self.settled(held);
                self.trim_locked(&mut held.extents);
                self.try_take(&mut held.extents, pages)
            }
            done => done,
        }
    }

    /// Waits until what has no owner any more is free.
    fn settled<'s>(&'s self, held: MutexGuard<'s, Pages>) -> MutexGuard<'s, Pages> {
        if held.leaving == 0 {
            return held;
        }
        let wait = || self.left.wait_while(held, |pages| pages.leaving > 0);
        let waited = self.figures.stalled(wait);
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn try_take(&self, extents: &mut Extents, pages: u64) -> Result<Taken, StoreError> {
        self.check_length(extents.end() * PAGE_BYTES)?;
        let taken = extents.take(pages);
        let backed = self.charge(taken.bare_pages() * PAGE_BYTES);
        let backed = backed.and_then(|()| self.back_all(&taken, extents.end() * PAGE_BYTES));
        if let Err(refused) = backed {
            extents.undo(&taken);
            let _ = self.end_behind(extents.end() * PAGE_BYTES); // the next one finds out, too
            return Err(refused);
        }
        Ok(taken)
    }

    fn charge(&self, bytes: u64) -> Result<(), StoreError> {
        let taken = self.budget.take(bytes);
        taken.map_err(|in_use| StoreError::Budget {
            budget: self.budget.limit(),
            in_use,
            wanted: bytes,
        })
    }

    /// Gives blocks to all that need some and are paid for, or to none, in a file that has that end.
    fn back_all(&self, taken: &Taken, end: u64) -> Result<(), StoreError> {
        let long = self.ready().and_then(|()| self.end_behind(end));
        let backed = long.and_then(|()| self.back_each(taken));
        backed.inspect_err(|_| self.budget.give(taken.bare_pages() * PAGE_BYTES))
    }

    fn back_each(&self, taken: &Taken) -> Result<(), StoreError> {
        let mut bare = taken.bare.iter().map(bytes_of);
        bare.try_for_each(|bytes| self.back(&bytes))
            .map_err(|refused| {
                for run in &taken.bare {
                    self.punch(&bytes_of(run));
                }
                let bytes = bytes_of(&taken.run);
                self.error(refused, bytes.end - bytes.start)
            })
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
        for run in &extents.trim() {
            self.punch(&bytes_of(run));
        }
        let _ = self.end_behind(extents.end() * PAGE_BYTES); // unless it was cut, as the next one finds out
        let bytes = (before - extents.backed()) * PAGE_BYTES;
        self.budget.give(bytes);
        bytes
    }
}

fn bytes_of(run: &Run) -> Range<u64> {
    run.start * PAGE_BYTES..run.end * PAGE_BYTES
}

/// A piece of the file that is ours.
///
/// # Invariants
/// 1. `start` and `bytes` are whole pages, which nobody else has until this is dropped.
#[derive(Debug)]
pub(super) struct Extent {
    space: Arc<Space>,
    start: u64,
    bytes: AtomicU64,
    /// All of it reads zero.
    is_fresh: bool,
    /// Pages of it may be in the page cache.
    is_mapped: AtomicBool,
    /// It has no owner any more, and was counted.
    is_leaving: AtomicBool,
}

impl Extent {
    pub(super) fn file(&self) -> &DiskFile {
        &self.space
    }

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

    fn give(&self, bytes: Range<u64>) {
        let run = bytes.start / PAGE_BYTES..bytes.end / PAGE_BYTES;
        lock(&self.space.pages).extents.give(run);
    }

    /// The owner goes: it is free as soon as the threads are done with it, which who needs pages waits for.
    pub(super) fn leave(&self) {
        if self.space.is_ours() {
            lock(&self.space.pages).leaving += 1;
            self.is_leaving.store(true, Ordering::Relaxed);
        }
    }

    /// Writes whole pages, `at` bytes from the start.
    pub(super) fn write_at(&self, from: &[u8], at: u64) -> Result<(), StoreError> {
        debug_assert!(at + from.len() as u64 <= self.bytes());
        self.space.write(from, self.start + at)
    }

    /// Reads whole pages, `at` bytes from the start.
    pub(super) fn read_at(&self, into: &mut [u8], at: u64) -> Result<(), StoreError> {
        debug_assert!(at + into.len() as u64 <= self.bytes());
        self.space.read(into, self.start + at)
    }

    /// Maps all of it; it reads zero.
    pub(super) fn map(&self) -> Result<NonNull<u8>, StoreError> {
        let bytes = self.bytes();
        let refused = |refused| self.space.error(refused, bytes);
        if !self.is_fresh {
            let all = self.start..self.start + bytes;
            self.space.zero(&all).map_err(refused)?;
        }
        self.is_mapped.store(true, Ordering::Relaxed);
        let len = usize::try_from(bytes).map_err(|_| refused(Refused::FileSize))?;
        self.space.map(self.start, len).map_err(refused)
    }

    /// Starts to write what a mapping changed, `at` bytes from the start.
    pub(super) fn start_writing(&self, at: u64, len: u64) {
        self.space.start_writing(self.start + at, len);
    }

    /// Waits until what a mapping changed is written, `at` bytes from the start.
    pub(super) fn finish_writing(&self, at: u64, len: u64) {
        self.space.finish_writing(self.start + at, len);
    }
}

impl Drop for Extent {
    fn drop(&mut self) {
        if !self.space.is_ours() {
            return; // the parent's, who still uses it
        }
        let bytes = self.start..self.start + self.bytes();
        if self.is_mapped.load(Ordering::Relaxed) || !self.space.is_direct() {
            let _ = self.space.cancel(&bytes); // a refusal only means that dirty pages are written
        }
        self.give(bytes);
        if self.is_leaving.load(Ordering::Relaxed) {
            lock(&self.space.pages).leaving -= 1;
            self.space.left.notify_all();
        }
    }
}
