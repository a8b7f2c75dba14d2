//! Pages of a file for the blocks that library code allocates.
//!
//! ```text
//! addresses | block |  free  |   block   | free          |      FILE: a heap of spans over one mapping
//! file      | blocks of disk | a hole    | blocks | hole |      the same places, counted from the start
//! ```
//!
//! The file is one of its own beside that of the process's store, in its directory and on its budgets. A block
//! has the same place in the file as in the mapping, so nothing has to be looked up inside the allocator:
//! what is called from there neither allocates nor panics, and makes two system calls.
#![forbid(unsafe_code)]

use super::error::StoreError;
use super::file::{DiskFile, PAGE_BYTES, lock};
use super::handle::Store;
use super::net::{self, Place};
use super::writer;
use crate::os;
use crate::region::Region;
use crate::spans::FILE;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::{Mutex, OnceLock};

/// The file, once it is open.
static OPENED: OnceLock<Library> = OnceLock::new();

/// The one file of library code.
///
/// # Invariants
/// 1. The pages of live blocks have blocks of the disk, and all others are holes, which read zero: unless
///    `closed`, and then nothing is handed out any more.
/// 2. No page with blocks is at `end` or beyond.
#[derive(Debug)]
struct Library {
    file: DiskFile,
    /// Whose budgets it is on.
    store: Store,
    place: &'static Place,
    end: AtomicU64,
    /// Bytes of live blocks, and the most of them at a time.
    in_use: AtomicU64,
    peak: AtomicU64,
    closed: AtomicBool,
}

/// Sees to it that [`back`] has a file to take from.
///
/// # Errors
/// As for [`StorePlan::open`](super::StorePlan::open); [`StoreError::Unsupported`] if the file system has no
/// holes, or the system no addresses; [`StoreError::Forked`] if a parent opened it. The next call tries again.
pub(crate) fn open() -> Result<(), StoreError> {
    static TURN: Mutex<()> = Mutex::new(());
    if let Some(library) = OPENED.get() {
        return library.file.check_process();
    }
    let _turn = lock(&TURN);
    if OPENED.get().is_none() {
        let library = Library::new()?;
        writer::start(); // ahead of all phases that may want it
        let _ = OPENED.set(library); // in turn
    }
    Ok(())
}

/// Has a live block's pages get blocks of the disk: of the file that many bytes, in whole pages, which read
/// zero. `false` if there are none to be had.
pub(crate) fn back(bytes: &Range<u64>) -> bool {
    OPENED.get().is_some_and(|library| library.back(bytes))
}

/// Gives the blocks of the disk back that [`back`] got, before the pages are free.
pub(crate) fn give(bytes: &Range<u64>) {
    if let Some(library) = OPENED.get() {
        library.give(bytes);
    }
}

/// Takes bytes of the RAM budget of the process's store; `false` if it has no room.
pub(crate) fn take_ram(bytes: u64) -> bool {
    let taken = |library: &Library| library.store.ram().take(bytes).is_ok();
    OPENED.get().is_some_and(taken)
}

/// Gives bytes back that [`take_ram`] took.
pub(crate) fn give_ram(bytes: u64) {
    if let Some(library) = OPENED.get() {
        library.store.ram().give(bytes);
    }
}

/// Bytes of the file that live blocks have, and the most of them at a time.
pub(crate) fn library_bytes() -> [u64; 2] {
    OPENED.get().map_or([0; 2], |library| {
        [&library.in_use, &library.peak].map(|figure| figure.load(Ordering::Relaxed))
    })
}

/// Whether content is gone: somebody cut the file, or its disk failed.
pub(crate) fn is_lost() -> bool {
    OPENED.get().is_some_and(|library| library.place.is_lost())
}

/// Starts to write what was changed since, and waits until it is written.
pub(super) fn write_behind() {
    if let Some(library) = OPENED.get() {
        library.flush();
    }
}

/// Behind a fork, in the child: what it writes from here on is its own, and the file its parent's.
pub(crate) fn after_fork_in_child() {
    if let (Some(library), Some((start, len))) = (OPENED.get(), FILE.in_reach()) {
        library.part_from(start, len);
    }
}

impl Library {
    fn new() -> Result<Self, StoreError> {
        let store = Store::of_process()?;
        let file = DiskFile::open(Some(store.directory()), false)?;
        let first = 0..PAGE_BYTES;
        file.back(&first)
            .map_err(|refused| file.error(refused, PAGE_BYTES))?;
        file.punch(&first);
        if !file.backs_with_zeros() || !FILE.open_on(|len| Region::of_file(file.file().ok()?, len))
        {
            return Err(StoreError::Unsupported);
        }
        let (start, len) = FILE.addresses();
        let place = net::under(start, len).ok_or(StoreError::Unsupported)?;
        Ok(Self {
            file,
            store,
            place,
            end: AtomicU64::new(0),
            in_use: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        })
    }

    fn back(&self, bytes: &Range<u64>) -> bool {
        let len = bytes.end - bytes.start;
        let whole = self.file.check_length(self.end.load(Ordering::Relaxed));
        let open = !self.closed.load(Ordering::Relaxed) && !self.place.is_lost();
        if !open || !self.file.is_ours() || whole.is_err() {
            return false;
        }
        let budget = self.store.budget();
        if budget.take(len).is_err() {
            return false;
        }
        let backed = self.file.back(bytes).is_ok();
        if backed {
            let in_use = self.in_use.fetch_add(len, Ordering::Relaxed) + len;
            self.peak.fetch_max(in_use, Ordering::Relaxed);
            self.end.fetch_max(bytes.end, Ordering::Relaxed);
        } else {
            self.empty(bytes);
        }
        backed
    }

    fn give(&self, bytes: &Range<u64>) {
        if !self.file.is_ours() {
            return; // the parent's, who still uses it
        }
        let len = bytes.end - bytes.start;
        self.in_use.fetch_sub(len, Ordering::Relaxed);
        self.empty(bytes);
    }

    /// Makes a hole of pages that are paid for.
    fn empty(&self, bytes: &Range<u64>) {
        self.file.punch(bytes);
        if !self.file.backs_with_zeros() {
            self.closed.store(true, Ordering::Relaxed);
        }
        self.store.budget().give(bytes.end - bytes.start);
    }

    fn flush(&self) {
        if let Ok(file) = self.file.file()
            && self.file.is_ours()
        {
            os::finish_writing(file, 0, self.end.load(Ordering::Relaxed));
        }
    }

    /// Has the child of a fork keep to itself what it writes to the first `len` bytes.
    fn part_from(&self, start: NonNull<u8>, len: usize) {
        if let Ok(file) = self.file.file() {
            os::map_apart(file, start, len);
        }
    }
}
