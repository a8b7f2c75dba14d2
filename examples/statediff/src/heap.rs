//! The allocator of every variant, with counters. A binary has one, so it picks what it is from the environment.
//!
//! The choice is made when the first block is asked for and never changes, as a block has to be freed by
//! whoever made it. Counted are the bytes that are asked for, so what allocators add is not held against anyone; a block
//! that grows is counted as if it grew where it is.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::process::Command;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};
use zkarena::PhaseAlloc;

/// Has zkarena allocate.
const ZKARENA: &CStr = c"STATEDIFF_ZKARENA";

const UNDECIDED: u8 = 0;
const OF_SYSTEM: u8 = 1;
const OF_ZKARENA: u8 = 2;

/// Counters since the process began, but for the high-water mark.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// Bytes in use.
    pub(crate) live: usize,
    /// The most at once since [`Heap::mark`].
    pub(crate) high_water: usize,
    /// Blocks that grew.
    pub(crate) growths: usize,
    /// What they held before, of those that were somewhere else afterwards.
    pub(crate) moved: usize,
}

/// What every allocation goes through.
pub(crate) struct Heap {
    /// # Invariants
    /// 1. Changes once, from `UNDECIDED`, before the first block is made.
    choice: AtomicU8,
    zkarena: PhaseAlloc,
    live: AtomicUsize,
    high_water: AtomicUsize,
    growths: AtomicUsize,
    moved: AtomicUsize,
}

/// Has a program that is this one allocate with zkarena, or with the C library.
pub(crate) fn choose(zkarena: bool, program: &mut Command) {
    let name = OsStr::from_bytes(ZKARENA.to_bytes());
    program.env_remove(name);
    if zkarena {
        program.env(name, "1");
    }
}

impl Heap {
    pub(crate) const fn new() -> Self {
        Self {
            choice: AtomicU8::new(UNDECIDED),
            zkarena: PhaseAlloc::new(),
            live: AtomicUsize::new(0),
            high_water: AtomicUsize::new(0),
            growths: AtomicUsize::new(0),
            moved: AtomicUsize::new(0),
        }
    }

    /// Sets the high-water mark to what is in use now.
    pub(crate) fn mark(&self) -> Figures {
        self.high_water.store(self.live.load(Relaxed), Relaxed);
        self.figures()
    }

    pub(crate) fn figures(&self) -> Figures {
        Figures {
            live: self.live.load(Relaxed),
            high_water: self.high_water.load(Relaxed),
            growths: self.growths.load(Relaxed),
            moved: self.moved.load(Relaxed),
        }
    }

    fn is_zkarena(&self) -> bool {
        match self.choice.load(Relaxed) {
            UNDECIDED => self.choose() == OF_ZKARENA,
            choice => choice == OF_ZKARENA,
        }
    }

    /// Threads that come here at once decide alike: nothing in this program changes the environment.
    #[cold]
    fn choose(&self) -> u8 {
        // SAFETY:
        // - the name ends with a zero byte.
        // - nobody changes the environment meanwhile: nothing in this program ever does.
        let value = unsafe { libc::getenv(ZKARENA.as_ptr()) };
        let choice = if value.is_null() {
            OF_SYSTEM
        } else {
            OF_ZKARENA
        };
        self.choice.store(choice, Relaxed);
        choice
    }

    fn gained(&self, bytes: usize) {
        let live = self.live.fetch_add(bytes, Relaxed) + bytes;
        self.high_water.fetch_max(live, Relaxed);
    }

    fn lost(&self, bytes: usize) {
        self.live.fetch_sub(bytes, Relaxed);
    }

    fn resized(&self, old: usize, new: usize, moved: bool) {
        if new <= old {
            return self.lost(old - new);
        }
        self.gained(new - old);
        self.growths.fetch_add(1, Relaxed);
        if moved {
            self.moved.fetch_add(old, Relaxed);
        }
    }
}

// SAFETY:
// - A block is made and freed by the same one of two allocators: the choice never changes once it was asked for
//   (invariant 1), and blocks are as good as theirs.
// - Nothing here panics or allocates.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = if self.is_zkarena() {
            // SAFETY: the caller's promises are those that `PhaseAlloc` asks for.
            unsafe { self.zkarena.alloc(layout) }
        } else {
            // SAFETY: the caller's promises are those that `System` asks for.
            unsafe { System.alloc(layout) }
        };
        if !block.is_null() {
            self.gained(layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let block = if self.is_zkarena() {
            // SAFETY: the caller's promises are those that `PhaseAlloc` asks for.
            unsafe { self.zkarena.alloc_zeroed(layout) }
        } else {
            // SAFETY: the caller's promises are those that `System` asks for.
            unsafe { System.alloc_zeroed(layout) }
        };
        if !block.is_null() {
            self.gained(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.lost(layout.size());
        if self.is_zkarena() {
            // SAFETY: `block` came from `PhaseAlloc`, as all do, and the caller promises the rest.
            return unsafe { self.zkarena.dealloc(block, layout) };
        }
        // SAFETY: `block` came from `System`, as all do, and the caller promises the rest.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let at = if self.is_zkarena() {
            // SAFETY: `block` came from `PhaseAlloc`, as all do, and the caller promises the rest.
            unsafe { self.zkarena.realloc(block, layout, size) }
        } else {
            // SAFETY: `block` came from `System`, as all do, and the caller promises the rest.
            unsafe { System.realloc(block, layout, size) }
        };
        if !at.is_null() {
            self.resized(layout.size(), size, at != block);
        }
        at
    }
}
