//! The allocator of every arm. A binary has one, so it picks what it is from the environment.
//!
//! The choice is made when the first block is asked for and never changes, as a block has to be freed by
//! whoever made it. Main would be too late: blocks are made before it. Blocks cost a load and a comparison or
//! two more than without this file.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};
use zkarena::PhaseAlloc;

/// Names the directory of the files that large blocks are mapped from.
const FILES: &CStr = c"LOWMEM_FILES";
/// Without one, has zkarena allocate: for it to put large blocks into its own file, where it is told to.
const ZKARENA: &CStr = c"LOWMEM_ZKARENA";
/// Blocks of fewer bytes are always in RAM.
const LARGE: usize = 1 << 20;
/// Mappings are aligned to this at least.
const PAGE: usize = 4096;

const UNDECIDED: u8 = 0;
const IN_RAM: u8 = 1;
const IN_FILES: u8 = 2;
const OF_ZKARENA: u8 = 3;

/// Whose blocks they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocks {
    /// The C library's.
    System,
    /// The C library's, but for large ones: each is a file of its own.
    Files,
    /// zkarena's.
    Zkarena,
}

/// Has a program that is this one allocate so; files are in `directory`.
pub(crate) fn allocate(blocks: Blocks, directory: &Path, program: &mut Command) {
    let [files, zkarena] = [FILES, ZKARENA].map(|name| OsStr::from_bytes(name.to_bytes()));
    program.env_remove(files).env_remove(zkarena);
    match blocks {
        Blocks::System => program,
        Blocks::Files => program.env(files, directory),
        Blocks::Zkarena => program.env(zkarena, "1"),
    };
}

/// What every allocation goes through.
pub(crate) struct Heap {
    /// # Invariants
    /// 1. Changes once, from `UNDECIDED`, before the first block is made.
    choice: AtomicU8,
    zkarena: PhaseAlloc,
}

impl Heap {
    pub(crate) const fn new() -> Self {
        Self {
            choice: AtomicU8::new(UNDECIDED),
            zkarena: PhaseAlloc::new(),
        }
    }

    /// Whether a block of this layout is a file of its own; the answer is always the same.
    fn is_file(&self, layout: Layout) -> bool {
        layout.size() >= LARGE && self.choice() == IN_FILES && layout.align() <= PAGE
    }

    /// Whether blocks are zkarena's; the answer is always the same.
    fn is_zkarena(&self) -> bool {
        self.choice() == OF_ZKARENA
    }

    fn choice(&self) -> u8 {
        match self.choice.load(Ordering::Relaxed) {
            UNDECIDED => self.choose(),
            choice => choice,
        }
    }

    /// Threads that come here at once decide alike: nothing in this program changes the environment.
    #[cold]
    fn choose(&self) -> u8 {
        let choice = match (value(FILES), value(ZKARENA)) {
            (Some(_), _) => IN_FILES,
            (None, Some(_)) => OF_ZKARENA,
            (None, None) => IN_RAM,
        };
        self.choice.store(choice, Ordering::Relaxed);
        choice
    }
}

// SAFETY:
// - A block is made and freed by the same one of three allocators: `is_zkarena` and `is_file` depend on its layout,
//   which the caller gives again, and on a choice that never changes once it was asked for (invariant 1).
// - Blocks of `System` and of `PhaseAlloc` are as good as those are. Those of `map` are page-aligned, of at least the size asked for,
//   and nobody else's until `unmap`.
// - Nothing here panics, and no allocation that it causes is large.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.is_zkarena() {
            // SAFETY: the caller's promises are those that `PhaseAlloc` asks for.
            return unsafe { self.zkarena.alloc(layout) };
        }
        if self.is_file(layout) {
            return map(layout.size());
        }
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if self.is_zkarena() {
            // SAFETY: the caller's promises are those that `PhaseAlloc` asks for.
            return unsafe { self.zkarena.alloc_zeroed(layout) };
        }
        if self.is_file(layout) {
            return map(layout.size()); // a new file reads zero
        }
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if self.is_zkarena() {
            // SAFETY: `block` came from `PhaseAlloc`, as all do, and the caller promises the rest.
            return unsafe { self.zkarena.dealloc(block, layout) };
        }
        if self.is_file(layout) {
            // SAFETY: `block` came from `map` with this size, as its layout says, and is not used any more.
            return unsafe { unmap(block, layout.size()) };
        }
        // SAFETY: `block` came from `System`, as its layout says, and the caller promises the rest.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.is_zkarena() {
            // SAFETY: `block` came from `PhaseAlloc`, as all do, and the caller promises the rest.
            return unsafe { self.zkarena.realloc(block, layout, size) };
        }
        let Ok(wanted) = Layout::from_size_align(size, layout.align()) else {
            return ptr::null_mut();
        };
        if !self.is_file(layout) && !self.is_file(wanted) {
            // SAFETY: `block` came from `System`, as its layout says, and the caller promises the rest.
            return unsafe { System.realloc(block, layout, size) };
        }
        // SAFETY: the caller promises that `size` is not zero.
        let moved = unsafe { self.alloc(wanted) };
        if !moved.is_null() {
            // SAFETY:
            // - both blocks have at least the lesser of the sizes.
            // - they do not overlap: `block` is still in use, and `moved` is new.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(size)) };
            // SAFETY: the caller promises that `block` is of this layout, and does not use it any more.
            unsafe { self.dealloc(block, layout) };
        }
        moved
    }
}

/// So many bytes of a new file, or null.
fn map(bytes: usize) -> *mut u8 {
    let Some(file) = unnamed(bytes) else {
        return ptr::null_mut();
    };
    let (protection, none) = (libc::PROT_READ | libc::PROT_WRITE, ptr::null_mut());
    // SAFETY:
    // - No address is asked for, so nothing that is mapped is replaced.
    // - The file is open for reading and writing. It keeps its size, as it has no name and its only descriptor
    //   is closed below; the mapping keeps the file.
    let at = unsafe {
        libc::mmap(
            none,
            bytes,
            protection,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        )
    };
    if at == libc::MAP_FAILED {
        return ptr::null_mut();
    }
    at.cast()
}

/// A new file without a name, of so many bytes that read zero.
fn unnamed(bytes: usize) -> Option<File> {
    let mut options = File::options();
    options.read(true).write(true).mode(0o600);
    options.custom_flags(libc::O_TMPFILE | libc::O_EXCL);
    let file = options.open(directory()?).ok()?;
    file.set_len(bytes as u64).ok()?;
    Some(file)
}

/// Gives a block and its file back.
///
/// # Safety
/// `block` came from [`map`] with as many bytes, and is not used any more.
unsafe fn unmap(block: *mut u8, bytes: usize) {
    // SAFETY: the whole of one mapping, which nobody uses any more (the caller's promise).
    let done = unsafe { libc::munmap(block.cast(), bytes) };
    debug_assert_eq!(done, 0, "munmap of {bytes} bytes");
}

/// The directory of the files, where there are to be any.
fn directory() -> Option<&'static Path> {
    Some(Path::new(OsStr::from_bytes(value(FILES)?.to_bytes())))
}

/// What is set in the environment.
fn value(name: &CStr) -> Option<&'static CStr> {
    // SAFETY:
    // - the name ends with a zero byte.
    // - nobody changes the environment meanwhile: nothing in this program ever does.
    let value = unsafe { libc::getenv(name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: `getenv` gives a text that ends with a zero byte, and stays as nobody changes the environment.
    Some(unsafe { CStr::from_ptr(value) })
}
