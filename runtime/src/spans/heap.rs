//! Allocate, free, resize: who owns which pages.

use super::PagePolicy;
use super::central::Central;
use super::figures::note_sample;
use super::fresh;
use super::ground::Ground;
use super::kind::HeapKind;
use super::policy::Pages;
use super::shards::{SMALL, Shards};
use super::table::{Span, Use};
use crate::layout::{HUGE_PAGES, PAGE, bytes_of, pages_for};
use crate::lock::Lock;
use crate::os;
use crate::region::Region;
use crate::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use crate::wipe::wipe;
use std::cell::UnsafeCell;
use std::cmp::Ordering::{Equal, Greater, Less};
use std::ops::Range;
use std::ptr::NonNull;

/// A heap of page spans over one reserved address range.
///
/// # Invariants
/// 1. `ground` is written once, before `len` becomes non-zero, and never again.
/// 2. A block is the start of a live span of ours; whoever was handed it owns all its pages.
/// 3. Pages of a secret heap that no live span has read zero.
/// 4. Locks are taken in the order shard, then central, and never two of a kind (but ahead of a fork).
#[derive(Debug)]
pub(crate) struct SpanHeap {
    pub(super) kind: HeapKind,
    base: AtomicUsize,
    len: AtomicUsize,
    ground: UnsafeCell<Option<Ground>>,
    opening: AtomicBool,
    pub(super) shards: Shards,
    pub(super) central: Lock<Central>,
    pub(super) pages: Pages,
    pub(super) trimmed: AtomicU64,
    pub(super) moved: AtomicU64,
    pub(super) refused: AtomicU64,
    wiped: AtomicU64,
    /// Pages are not moved any more: the kernel cannot, or will not.
    pub(super) settled: AtomicBool,
    /// Some addresses of the range are not ours any more.
    pub(super) lost: AtomicBool,
}

// SAFETY: `ground` is written once before it is shared (invariant 1); everything else is atomics and locks.
unsafe impl Sync for SpanHeap {}

impl SpanHeap {
    /// A closed heap of ordinary memory, for a test of what stands on one.
    #[cfg(test)]
    pub(crate) const fn of_a_test() -> Self {
        Self::new(HeapKind::RAM)
    }

    /// A closed heap.
    pub(super) const fn new(kind: HeapKind) -> Self {
        Self {
            kind,
            base: AtomicUsize::new(0),
            len: AtomicUsize::new(0),
            ground: UnsafeCell::new(None),
            opening: AtomicBool::new(false),
            shards: Shards::new(),
            central: Lock::new(Central::new()),
            pages: Pages::new(),
            trimmed: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            wiped: AtomicU64::new(0),
            settled: AtomicBool::new(false),
            lost: AtomicBool::new(false),
        }
    }

    /// Reserves the address range: at most `most` bytes, half of that if refused, and so on. Where
    /// the kernel's pages are larger than ours or nothing is to be had, the heap stays closed.
    ///
    /// Only the first call does anything. Returns whether that call opened the heap.
    pub(crate) fn open(&self, most: usize, policy: PagePolicy) -> bool {
        if self.opening.swap(true, Ordering::AcqRel) || !PAGE.is_multiple_of(os::page_size()) {
            return false;
        }
        self.pages.set(policy);
        self.stand_on(Ground::reserve(self.kind, most))
    }

    /// As [`open`](Self::open), over the pages of a file: `region` maps that many bytes of it, or declines.
    pub(crate) fn open_on(&self, region: impl Fn(usize) -> Option<Region>) -> bool {
        debug_assert!(self.kind.of_file, "a heap of pages in a file");
        if self.opening.swap(true, Ordering::AcqRel) || !PAGE.is_multiple_of(os::page_size()) {
            return false;
        }
        self.settled.store(true, Ordering::Relaxed);
        self.pages.set(self.kind.pages);
        self.stand_on(Ground::of(self.kind, self.kind.reserve, region))
    }

    /// To be called once, by who set `opening`.
    fn stand_on(&self, ground: Option<Ground>) -> bool {
        let Some(ground) = ground else {
            return false;
        };
        let (base, len) = (ground.region.base(), ground.region.len());
        // SAFETY: `opening` lets one thread through, once, and nobody reads before `len` is set (invariant 1).
        unsafe { *self.ground.get() = Some(ground) };
        self.base.store(base.as_ptr().addr(), Ordering::Relaxed);
        self.len.store(len, Ordering::Release);
        true
    }

    /// Opens the heap with the defaults unless somebody did, or tried, before. Who comes by while
    /// another thread is at it waits: for a secret there is no other memory.
    #[inline]
    pub(crate) fn open_default(&self) {
        if self.len.load(Ordering::Acquire) == 0 {
            self.open_in_turn();
        }
    }

    #[cold]
    fn open_in_turn(&self) {
        let _turn = self.central.lock();
        if !self.opening.load(Ordering::Relaxed) {
            self.open(self.kind.reserve, self.kind.pages);
        }
    }

    #[inline]
    pub(super) fn ground(&self) -> Option<&Ground> {
        if self.len.load(Ordering::Acquire) == 0 {
            return None;
        }
        // SAFETY: `len` is set, so `ground` is written and never will be again (invariant 1).
        unsafe { (*self.ground.get()).as_ref() }
    }

    /// Whether a block is one of the heap's.
    #[inline]
    pub(crate) fn contains(&self, at: *const u8) -> bool {
        // Before the base: a length is only seen together with its base.
        let len = self.len.load(Ordering::Acquire);
        at.addr().wrapping_sub(self.base.load(Ordering::Relaxed)) < len && !self.is_lost(at)
    }

    /// Whether the page at an address within the range is somebody else's (see `transplant`).
    #[inline]
    fn is_lost(&self, at: *const u8) -> bool {
        self.lost.load(Ordering::Relaxed)
            && self
                .ground()
                .is_some_and(|ground| ground.table.usage(ground.page_of(at)) == Some(Use::Lost))
    }

    /// A block of at least `bytes` bytes, page aligned, owned by `tag`; `None` if there is no room.
    #[inline]
    pub(crate) fn alloc(&self, bytes: usize, tag: u32) -> Option<NonNull<u8>> {
        let ground = self.ground()?;
        let span = self.take(ground, bytes, tag)?;
        self.pages.before_use(ground, span);
        fresh::note(ground, span.first, span);
        ground
            .address(span.first)
            .inspect(|&block| os::allow(block, bytes, bytes_of(span.pages)))
    }

    /// As [`alloc`](Self::alloc), and reads zero. Pages that were never handed out are not touched.
    pub(crate) fn alloc_zeroed(&self, bytes: usize, tag: u32) -> Option<NonNull<u8>> {
        let ground = self.ground()?;
        let span = self.take(ground, bytes, tag)?;
        self.pages.before_use(ground, span);
        let dirty = (!self.kind.secret).then(|| ground.touched.runs(span, true));
        for run in dirty.into_iter().flatten() {
            let start = ground.address(run.first)?;
            os::allow(start, bytes_of(run.pages), bytes_of(run.pages));
            // SAFETY: the run is inside the span that was just taken: committed, and nobody else's (invariant 2).
            unsafe { start.write_bytes(0, bytes_of(run.pages)) };
        }
        fresh::note(ground, span.first, span);
        ground
            .address(span.first)
            .inspect(|&block| os::allow(block, bytes, bytes_of(span.pages)))
    }

    /// As [`alloc`](Self::alloc), aligned to `align` bytes, a power of two: for more than a page.
    pub(crate) fn alloc_aligned(
        &self,
        bytes: usize,
        align: usize,
        tag: u32,
    ) -> Option<NonNull<u8>> {
        let ground = self.ground()?;
        let pages = pages_for(bytes)?;
        let room = bytes_of(pages).checked_add(align - PAGE)?;
        let mut span = self.take(ground, room, tag)?;
        let ahead = ground.address(span.first)?.as_ptr().align_offset(align);
        if let Ok(head @ 1..) = u32::try_from(ahead / PAGE) {
            let mut central = self.central.lock();
            span = central.behead(&ground.table, span, head);
            drop(central);
            ground.table.set_tag(span.first, tag);
        }
        if span.pages > pages {
            self.shrink(ground, span, pages);
        }
        let span = Span::new(span.first, pages);
        self.pages.before_use(ground, span);
        fresh::note(ground, span.first, span);
        ground
            .address(span.first)
            .inspect(|&block| os::allow(block, bytes, bytes_of(pages)))
    }

    fn take(&self, ground: &Ground, bytes: usize, tag: u32) -> Option<Span> {
        let pages = pages_for(bytes)?;
        let span = self
            .take_kept(ground, pages)
            .or_else(|| self.take_central(ground, pages));
        let Some(span) = span else {
            self.refused.fetch_add(bytes as u64, Ordering::Relaxed);
            return None;
        };
        if pages >= HUGE_PAGES && !self.transplant(ground, span) {
            return None; // leaked on purpose: some of its addresses are gone
        }
        ground.table.set_tag(span.first, tag);
        Some(span)
    }

    #[inline]
    fn take_kept(&self, ground: &Ground, pages: u32) -> Option<Span> {
        if pages > SMALL {
            return None;
        }
        let span = self.shards.pop(pages)?;
        ground.table.set_tag(span.first, 0);
        ground.table.set_usage(span.first, Use::Live);
        Some(span)
    }

    fn take_central(&self, ground: &Ground, pages: u32) -> Option<Span> {
        let mut central = self.central.lock();
        let span = self.place(ground, &mut central, pages)?;
        note_sample(ground, &mut central);
        Some(span)
    }

    /// Finds room: where something was freed, as long as anything there is large enough. Addresses above
    /// the top are new ones, with new entries in the books, and what lies idle below must be moved there:
    /// where there are plenty a large span begins with a block, so that as many as possible can be moved to
    /// it, and away again.
    fn place(&self, ground: &Ground, central: &mut Central, pages: u32) -> Option<Span> {
        let top = central.top();
        let plenty = bytes_of(top.saturating_add(pages)) <= ground.region.len() / 4;
        let first = if pages >= HUGE_PAGES && plenty && self.can_move(ground) {
            top.next_multiple_of(HUGE_PAGES)
        } else {
            top
        };
        let reused = central.reuse(&ground.table, pages, |span| ground.is_warm(span));
        reused
            .or_else(|| Self::extend(ground, central, first, pages))
            .or_else(|| Self::extend(ground, central, top, pages))
            .or_else(|| central.reuse(&ground.table, pages, |_| true))
    }

    fn extend(ground: &Ground, central: &mut Central, first: u32, pages: u32) -> Option<Span> {
        let end = first.checked_add(pages)?;
        ground
            .back(end)
            .then(|| central.extend(&ground.table, first, pages))
    }

    /// Frees a block and returns the tag of its owner.
    ///
    /// # Safety
    /// `block` is live, was handed out by this heap, and is not used afterwards.
    pub(crate) unsafe fn free(&self, block: NonNull<u8>) -> u32 {
        let Some(ground) = self.ground() else {
            return 0;
        };
        let span = ground.span_of(block);
        let tag = ground.table.take_tag(span.first);
        self.vacate(ground, span.first, span);
        os::allow(block, 0, bytes_of(span.pages));
        if span.pages <= SMALL {
            ground.table.set_usage(span.first, Use::Cached);
            if self.shards.push(span) {
                return tag;
            }
        }
        self.free_central(ground, span);
        tag
    }

    /// `part` of the live span at `first` is about to be free: every way out of a span leads through here.
    fn vacate(&self, ground: &Ground, first: u32, part: Span) {
        fresh::settle(ground, first, part);
        if !self.kind.secret {
            return;
        }
        // What was never touched reads zero and stays untouched.
        for run in ground.touched.runs(part, true) {
            if let Some(start) = ground.address(run.first) {
                os::allow(start, bytes_of(run.pages), bytes_of(run.pages));
                // SAFETY: the pages are committed, and nobody else's: their user is done with them (invariant 2).
                unsafe { wipe(start, bytes_of(run.pages)) };
                self.wiped
                    .fetch_add(bytes_of(run.pages) as u64, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn free_central(&self, ground: &Ground, span: Span) {
        let mut central = self.central.lock();
        central.release(&ground.table, span);
        note_sample(ground, &mut central);
    }

    /// Makes a block hold `bytes` bytes where it is and returns its owner's tag; `None` if it cannot grow there.
    ///
    /// # Safety
    /// `block` is live, was handed out by this heap, and nobody else uses it meanwhile.
    pub(crate) unsafe fn resize_in_place(&self, block: NonNull<u8>, bytes: usize) -> Option<u32> {
        let ground = self.ground()?;
        let pages = pages_for(bytes.max(1))?;
        let span = ground.span_of(block);
        let done = match pages.cmp(&span.pages) {
            Equal => true,
            Less => self.shrink(ground, span, pages),
            Greater => self.grow(ground, span, pages),
        };
        let (bytes, pages) = if done {
            (bytes, pages)
        } else {
            (bytes_of(span.pages), span.pages)
        };
        os::allow(block, bytes, bytes_of(pages));
        done.then(|| ground.table.tag(span.first))
    }

    fn shrink(&self, ground: &Ground, span: Span, pages: u32) -> bool {
        let tail = span.from(pages);
        self.vacate(ground, span.first, tail);
        if let Some(start) = ground.address(tail.first) {
            os::allow(start, 0, bytes_of(tail.pages));
        }
        let mut central = self.central.lock();
        central.shrink(&ground.table, span, pages);
        note_sample(ground, &mut central);
        true
    }

    fn grow(&self, ground: &Ground, span: Span, pages: u32) -> bool {
        let mut central = self.central.lock();
        let end = span.first.checked_add(pages);
        if central.top() == span.end() && end.is_some_and(|end| ground.back(end)) {
            central.grow_top(&ground.table, span, pages);
        } else if !central.grow_into_free(&ground.table, span, pages) {
            return false;
        }
        note_sample(ground, &mut central);
        drop(central);
        let added = Span::new(span.end(), pages - span.pages);
        self.pages.before_use(ground, added);
        fresh::note(ground, span.first, added);
        true
    }

    /// The addresses of a live block, in whole pages, counted from the first of the heap.
    ///
    /// `block` is one of the heap's, and nobody frees or resizes it meanwhile.
    pub(crate) fn extent(&self, block: NonNull<u8>) -> Range<u64> {
        let Some(ground) = self.ground() else {
            return 0..0;
        };
        let span = ground.span_of(block);
        bytes_of(span.first) as u64..bytes_of(span.end()) as u64
    }

    /// Has a live block, which was just handed out, be on a budget for as long as it keeps its size.
    pub(crate) fn count(&self, block: NonNull<u8>) {
        if let Some(ground) = self.ground() {
            ground.table.set_counted(ground.span_of(block).first);
        }
    }

    /// Whether a live block is on a budget.
    pub(crate) fn is_counted(&self, block: NonNull<u8>) -> bool {
        let counted = |ground: &Ground| ground.table.is_counted(ground.span_of(block).first);
        self.ground().is_some_and(counted)
    }

    /// Where the heap is: the first address, and how many bytes; none while it is closed.
    pub(crate) fn addresses(&self) -> (usize, usize) {
        let len = self.len.load(Ordering::Acquire);
        (self.base.load(Ordering::Relaxed), len)
    }

    /// The first address, once the heap is open, and the bytes up to the last block.
    pub(crate) fn in_reach(&self) -> Option<(NonNull<u8>, usize)> {
        let ground = self.ground()?;
        Some((ground.region.base(), bytes_of(self.central.lock().top())))
    }

    /// Bytes wiped so far.
    pub(crate) fn wiped_bytes(&self) -> u64 {
        self.wiped.load(Ordering::Relaxed)
    }

    /// The page policy in force.
    pub(crate) fn page_policy(&self) -> PagePolicy {
        self.pages.policy()
    }

    /// Takes every lock, ahead of a fork, so that the child finds the heap at rest.
    pub(crate) fn before_fork(&self) {
        self.shards.lock_all();
        self.central.raw().lock();
    }

    /// Releases what [`before_fork`](Self::before_fork) took, in parent and child.
    pub(crate) fn after_fork(&self) {
        self.central.raw().unlock();
        self.shards.unlock_all();
    }
}
