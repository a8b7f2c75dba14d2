//! `PhaseAlloc`: the global allocator over the span heap.

mod config;
mod lowmem;
mod secret;

use crate::layout::PAGE;
use crate::os;
use crate::phase::{self, AllocatorState, Retention};
use crate::spans::{self, LockPolicy, PagePolicy, RAM};
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::wipe::wipe;
use config::Config;
use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::{self, NonNull};

/// An ordinary, correct global allocator that keeps a prover's pages warm.
///
/// Blocks of 4 KiB and more come from a heap of page spans; smaller ones, and those aligned to more
/// than a page, from `Inner`. In a [`#[witness]`](macro@crate::witness) function all blocks come from the
/// heap of witnesses, and in a [`#[lowmem]`](macro@crate::lowmem) function large ones from a file. Memory is handed out again only after it was freed, so values may
/// outlive phases, be freed on other threads, and sit in statics or caches.
///
/// ```
/// use zkarena::PhaseAlloc;
///
/// #[global_allocator]
/// static ALLOC: PhaseAlloc = PhaseAlloc::new();
///
/// let rows = vec![0u32; 1 << 20];
/// assert!(rows.iter().all(|&cell| cell == 0));
/// ```
///
/// # Environment
/// Read once, at the first allocation; it overrides the builder. A value that cannot be understood
/// is one line on standard error and the default.
///
/// | variable | values |
/// |---|---|
/// | `ZKARENA` | `on`, `off`: everything but witnesses to the inner allocator, to compare with one binary |
/// | `ZKARENA_MIN_BYTES` | smallest block for the span heap, from `1KiB` |
/// | `ZKARENA_PAGES` | `auto`, `small`, `huge` |
/// | `ZKARENA_RETAIN` | `idle`, `all`, `trim`, or a size: see [`Retention`] |
/// | `ZKARENA_RESERVE` | address space to reserve, from `1MiB` |
/// | `ZKARENA_MLOCK` | `require`, `try`, `off`: see [`LockPolicy`]; also without this allocator |
///
/// # What it does not do
/// It never aborts and never unwinds: where the heap has no room, the inner allocator serves, and a
/// null pointer is returned only when that one has none either, for a witness, which nothing else may
/// hold, or where a phase [requires](crate::Lowmem::require) a file. All instances share one heap and
/// the settings of the first that is used.
#[derive(Debug)]
pub struct PhaseAlloc<Inner = System> {
    inner: Inner,
    config: Config,
}

impl PhaseAlloc {
    /// The allocator over [`System`] with the defaults.
    pub const fn new() -> Self {
        Self::over(System)
    }
}

impl Default for PhaseAlloc {
    fn default() -> Self {
        Self::new()
    }
}

impl<Inner> PhaseAlloc<Inner> {
    /// The allocator over another one, which serves small blocks.
    ///
    /// ```
    /// # use std::alloc::System;
    /// use zkarena::{PagePolicy, PhaseAlloc, Retention};
    ///
    /// #[global_allocator]
    /// static ALLOC: PhaseAlloc<System> = PhaseAlloc::over(System)
    ///     .min_bytes(16 << 10)
    ///     .pages(PagePolicy::Small)
    ///     .retention(Retention::Budget(1 << 30));
    /// # drop(vec![1u8; 1 << 20]);
    /// # assert_eq!(zkarena::retention(), Retention::Budget(1 << 30));
    /// ```
    pub const fn over(inner: Inner) -> Self {
        Self {
            inner,
            config: Config::DEFAULT,
        }
    }

    /// Sends everything but witnesses to the inner allocator, as `ZKARENA=off` does.
    #[must_use]
    pub const fn off(mut self) -> Self {
        self.config.on = false;
        self
    }

    /// The smallest block for the span heap (default 4 KiB; less than 1 KiB is taken as 1 KiB).
    #[must_use]
    pub const fn min_bytes(mut self, bytes: usize) -> Self {
        self.config.min_bytes = if bytes < config::LEAST_MIN_BYTES {
            config::LEAST_MIN_BYTES
        } else {
            bytes
        };
        self
    }

    /// Which pages back the heap.
    #[must_use]
    pub const fn pages(mut self, pages: PagePolicy) -> Self {
        self.config.pages = pages;
        self
    }

    /// What happens to free pages when a root phase ends; [`set_retention`](crate::set_retention) changes it later.
    #[must_use]
    pub const fn retention(mut self, retention: Retention) -> Self {
        self.config.retention = retention;
        self
    }

    /// How many bytes of address space to reserve (default 1 TiB); halved until the system agrees.
    #[must_use]
    pub const fn reserve(mut self, bytes: usize) -> Self {
        self.config.reserve = bytes;
        self
    }

    /// Whether a witness may be written to swap: see [`LockPolicy`].
    #[must_use]
    pub const fn mlock(mut self, policy: LockPolicy) -> Self {
        self.config.locks = policy;
        self
    }

    /// Whether a block is for the span heap.
    #[inline]
    fn wants(&self, layout: Layout) -> bool {
        layout.size() >= self.min_routed() && layout.align() <= PAGE
    }

    /// A block of a phase with little memory, or null: see [`lowmem::alloc`].
    #[inline]
    fn with_little_memory(&self, layout: Layout, in_ram: lowmem::InRam) -> Option<*mut u8> {
        if layout.size() < lowmem::LEAST || layout.size() < self.min_routed() {
            return None;
        }
        lowmem::alloc(layout, in_ram)
    }

    /// The smallest size for the span heap.
    #[inline]
    fn min_routed(&self) -> usize {
        match MIN_ROUTED.load(Ordering::Acquire) {
            NOT_STARTED => self.start(),
            bytes => bytes,
        }
    }

    /// Reads the settings and opens the heap, once in the process; other threads that come by
    /// meanwhile use the inner allocator.
    #[cold]
    #[inline(never)]
    fn start(&self) -> usize {
        static STARTED: AtomicBool = AtomicBool::new(false);
        if STARTED.swap(true, Ordering::AcqRel) {
            return usize::MAX;
        }
        let config = self.config.with_environment();
        phase::set_retention(config.retention);
        spans::set_lock_policy(config.locks);
        let open = config.on && RAM.open(config.reserve, config.pages);
        if open {
            phase::register_fork_handlers();
            os::keep_libc_warm();
        }
        let state = match (config.on, open) {
            (_, true) => AllocatorState::Installed,
            (true, false) => AllocatorState::NoAddressSpace,
            (false, false) => AllocatorState::Off,
        };
        let min_routed = if open { config.min_bytes } else { usize::MAX };
        phase::allocator_started(state, min_routed);
        MIN_ROUTED.store(min_routed, Ordering::Release);
        min_routed
    }
}

/// Sizes from here on are routed to the span heap.
static MIN_ROUTED: AtomicUsize = AtomicUsize::new(NOT_STARTED);
const NOT_STARTED: usize = 0;

/// A block of the heap, charged to the current phase.
#[inline]
fn from_heap(
    bytes: usize,
    alloc: impl FnOnce(usize, phase::Tag) -> Option<NonNull<u8>>,
) -> Option<NonNull<u8>> {
    let tag = phase::current();
    let block = alloc(bytes, tag)?;
    phase::charge(tag, bytes);
    Some(block)
}

// SAFETY:
// - `alloc` and `alloc_zeroed` return a span of our own of at least `size` bytes, aligned to a page
//   (`wants` lets no larger alignment in), a block of the heap of witnesses or of the file, which
//   serve every layout and read zero, or what `Inner` returns; null means failure.
// - `dealloc` and `realloc` find out by address which of the four a block is from, so each goes back
//   to where it came from.
// - a span stays ours alone until it is freed (invariant 2 of the heap), and so does a small block;
//   `realloc` keeps the content.
// - nothing here unwinds: the heaps report failure as `None`.
unsafe impl<Inner: GlobalAlloc> GlobalAlloc for PhaseAlloc<Inner> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if let Some(tag) = phase::secret_tag() {
            return secret::alloc(layout, tag);
        }
        if let Some(block) = self.with_little_memory(layout, |bytes, tag| RAM.alloc(bytes, tag)) {
            return block;
        }
        if self.wants(layout)
            && let Some(block) = from_heap(layout.size(), |bytes, tag| RAM.alloc(bytes, tag))
        {
            return block.as_ptr();
        }
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { self.inner.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if let Some(tag) = phase::secret_tag() {
            return secret::alloc(layout, tag);
        }
        if let Some(block) =
            self.with_little_memory(layout, |bytes, tag| RAM.alloc_zeroed(bytes, tag))
        {
            return block;
        }
        if self.wants(layout)
            && let Some(block) = from_heap(layout.size(), |bytes, tag| RAM.alloc_zeroed(bytes, tag))
        {
            return block.as_ptr();
        }
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { self.inner.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(start) = NonNull::new(block) else {
            return;
        };
        if secret::owns(block) {
            // A thread that only frees has seen what it frees.
            phase::secret_tag();
            // SAFETY: from the heap of witnesses; the caller vouches that the block is live and done with.
            return unsafe { secret::dealloc(start, layout) };
        }
        if phase::is_in_secret() {
            // What was there before the phase may have been written in it.
            // SAFETY: the caller vouches that the block has that many bytes, and is done with.
            unsafe { wipe(start, layout.size()) };
        }
        if lowmem::owns(block, layout) {
            // SAFETY: in the file; the caller vouches that the block is live and done with.
            return unsafe { lowmem::dealloc(start, layout) };
        }
        if RAM.contains(block) {
            lowmem::leave_ram(start, layout);
            // SAFETY: the address is in the heap and the caller vouches that the block is live and done with.
            let tag = unsafe { RAM.free(start) };
            phase::credit(tag, layout.size());
        } else {
            // SAFETY: from neither heap, so from `Inner`, with the same layout.
            unsafe { self.inner.dealloc(block, layout) };
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if secret::owns(block) || phase::secret_tag().is_some() {
            // SAFETY: the caller's promises are passed on.
            return unsafe { self.realloc_secret(block, layout, size) };
        }
        if lowmem::owns(block, layout) {
            // SAFETY: the block is in the file; the caller's promises are passed on.
            return unsafe { self.realloc_in_file(block, layout, size) };
        }
        if RAM.contains(block) {
            // SAFETY: the block is from the heap; the caller's promises are passed on.
            return unsafe { self.realloc_span(block, layout, size) };
        }
        // SAFETY: `realloc` requires that `size`, rounded up to the alignment, does not overflow.
        let target = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if let Some(to) = self.with_little_memory(target, |bytes, tag| RAM.alloc(bytes, tag)) {
            // SAFETY: the block is the caller's, the other is new and holds `size` bytes, or null.
            return unsafe { self.relocate(block, layout, to, size) };
        }
        if self.wants(target)
            && let Some(span) = from_heap(size, |bytes, tag| RAM.alloc(bytes, tag))
        {
            // SAFETY: the block is the caller's, the span is new and holds `size` bytes.
            return unsafe { self.relocate(block, layout, span.as_ptr(), size) };
        }
        // SAFETY: from `Inner`, and to stay there; the caller's promises are passed on.
        unsafe { self.inner.realloc(block, layout, size) }
    }
}

impl<Inner: GlobalAlloc> PhaseAlloc<Inner> {
    /// `realloc` for a block that is a secret, or becomes one: it does not stay in ordinary memory.
    ///
    /// # Safety
    /// As for [`GlobalAlloc::realloc`].
    unsafe fn realloc_secret(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let tag = phase::secret_tag();
        let secret = NonNull::new(block).filter(|_| secret::owns(block));
        // SAFETY: a block of the heap of witnesses; the caller's promises are passed on.
        if secret.is_some_and(|block| unsafe { secret::resize(block, layout, size) }) {
            return block;
        }
        // SAFETY: `realloc` requires that `size`, rounded up to the alignment, does not overflow.
        let target = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let to = secret::alloc(target, tag.unwrap_or_else(phase::current));
        // SAFETY: the block is the caller's, the other is new and holds `size` bytes, or null.
        unsafe { self.relocate(block, layout, to, size) }
    }

    /// `realloc` for a block in the file.
    ///
    /// # Safety
    /// As for [`GlobalAlloc::realloc`].
    unsafe fn realloc_in_file(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block is in the file; the caller's promises are passed on.
        let resize = |block| unsafe { lowmem::resize(block, layout, size) };
        if NonNull::new(block).is_some_and(resize) {
            return block;
        }
        // SAFETY: the caller's promises are passed on.
        unsafe { self.realloc_elsewhere(block, layout, size) }
    }

    /// `realloc` for a block of the heap.
    ///
    /// # Safety
    /// As for [`GlobalAlloc::realloc`].
    unsafe fn realloc_span(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let stays = |block: &NonNull<u8>| !lowmem::moves(*block, layout, size);
        // SAFETY: the caller vouches that the block is live and theirs.
        let resize = |span| unsafe { RAM.resize_in_place(span, size) };
        if let Some(tag) = NonNull::new(block).filter(stays).and_then(resize) {
            phase::resize(tag, layout.size(), size);
            return block;
        }
        // SAFETY: the caller's promises are passed on.
        unsafe { self.realloc_elsewhere(block, layout, size) }
    }

    /// `realloc` by way of another block.
    ///
    /// # Safety
    /// As for [`GlobalAlloc::realloc`].
    unsafe fn realloc_elsewhere(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `realloc` requires that `size`, rounded up to the alignment, does not overflow.
        let target = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: `size` is not zero (required of `realloc`).
        let to = unsafe { self.alloc(target) };
        // SAFETY: the block is the caller's, the other is new and holds `size` bytes, or null.
        unsafe { self.relocate(block, layout, to, size) }
    }

    /// Moves a block's content to a new one of `size` bytes, and frees it; nothing, if that one is null.
    ///
    /// # Safety
    /// `block` is live, of `layout`, and not used afterwards unless `to` is null; `to` is another block of
    /// `size` bytes, or null.
    unsafe fn relocate(&self, block: *mut u8, layout: Layout, to: *mut u8, size: usize) -> *mut u8 {
        if to.is_null() {
            return to;
        }
        // SAFETY: both blocks hold that many bytes, and two live blocks never overlap.
        unsafe { ptr::copy_nonoverlapping(block, to, layout.size().min(size)) };
        // SAFETY: the caller's promise.
        unsafe { self.dealloc(block, layout) };
        to
    }
}
