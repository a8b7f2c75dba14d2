//! The one mechanism: spans of pages carved from a region, joined again when freed, kept warm.
//!
//! ```text
//! region   | live | free, warm |  live  | free |    never used     |  address space only   |
//!          0                                   top            committed                   len
//! ```
//!
//! A span is handed out again only after it was freed, so the heap is an ordinary allocator: phases
//! play no part in its soundness. Freed pages stay backed until [`SpanHeap::trim`] gives them back.

mod bins;
mod central;
mod fresh;
mod policy;
mod samples;
mod shards;
mod table;
mod touched;
mod transplant;
mod trim;

pub use policy::PagePolicy;
pub(crate) use samples::Sample;

use crate::layout::{HUGE_PAGES, PAGE, bytes_of, pages_for, whole_pages};
use crate::lock::Lock;
use crate::os;
use crate::region::Region;
use crate::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use central::Central;
use policy::Pages;
use shards::{SMALL, Shards};
use std::cell::UnsafeCell;
use std::ptr::NonNull;
use table::{Span, Table, Use, offset};
use touched::Touched;

/// Committed at a time.
const COMMIT_STEP: usize = 64 << 20;

/// Largest and smallest reservation that is tried.
const RESERVE_MOST: usize = 1 << 40;
const RESERVE_LEAST: usize = 1 << 28;

/// What an opened heap consists of.
#[derive(Debug)]
struct Opened {
    region: Region,
    table: Table,
    touched: Touched,
}

/// A heap of page spans over one reserved address range.
///
/// # Invariants
/// 1. `opened` is written once, before `len` becomes non-zero, and never again.
/// 2. A block is the start of a live span of ours; whoever was handed it owns all its pages.
/// 3. Locks are taken in the order shard, then central, and never two of a kind (but ahead of a fork).
#[derive(Debug)]
pub(crate) struct SpanHeap {
    base: AtomicUsize,
    len: AtomicUsize,
    opened: UnsafeCell<Option<Opened>>,
    opening: AtomicBool,
    shards: Shards,
    central: Lock<Central>,
    pages: Pages,
    trimmed: AtomicU64,
    refused: AtomicU64,
    /// Pages are not moved any more: the kernel cannot, or will not.
    settled: AtomicBool,
    /// Some addresses of the range are not ours any more.
    lost: AtomicBool,
}

// SAFETY: `opened` is written once before it is shared (invariant 1); everything else is atomics and locks.
unsafe impl Sync for SpanHeap {}

/// Figures of a heap at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct HeapStats {
    /// Bytes of address space reserved; 0 while the heap is closed.
    pub reserved_bytes: u64,
    /// Bytes handed out, in whole pages.
    pub in_use_bytes: u64,
    /// Greatest `in_use_bytes` so far.
    pub high_water_bytes: u64,
    /// Free bytes that are kept backed for reuse.
    pub retained_bytes: u64,
    /// Bytes given back to the kernel so far.
    pub trimmed_bytes: u64,
    /// Bytes gathered into huge pages so far, as [`PagePolicy::Auto`] does.
    pub gathered_bytes: u64,
    /// Bytes that the heap had no room for, so that the inner allocator served them.
    pub refused_bytes: u64,
}

/// The heap of ordinary memory.
pub(crate) static RAM: SpanHeap = SpanHeap::new();

impl SpanHeap {
    /// A closed heap.
    pub(crate) const fn new() -> Self {
        Self {
            base: AtomicUsize::new(0),
            len: AtomicUsize::new(0),
            opened: UnsafeCell::new(None),
            opening: AtomicBool::new(false),
            shards: Shards::new(),
            central: Lock::new(Central::new()),
            pages: Pages::new(),
            trimmed: AtomicU64::new(0),
            refused: AtomicU64::new(0),
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
        let Some(opened) = reserve(most) else {
            return false;
        };
        let (base, len) = (opened.region.base(), opened.region.len());
        // SAFETY: `opening` lets one thread through, once, and nobody reads before `len` is set (invariant 1).
        unsafe { *self.opened.get() = Some(opened) };
        self.base.store(base.as_ptr().addr(), Ordering::Relaxed);
        self.len.store(len, Ordering::Release);
        true
    }

    /// Whether somebody tried to open the heap, with or without success.
    pub(crate) fn was_opened(&self) -> bool {
        self.opening.load(Ordering::Relaxed)
    }

    #[inline]
    fn parts(&self) -> Option<&Opened> {
        if self.len.load(Ordering::Acquire) == 0 {
            return None;
        }
        // SAFETY: `len` is set, so `opened` is written and never will be again (invariant 1).
        unsafe { (*self.opened.get()).as_ref() }
    }

    /// Whether a block is one of the heap's.
    #[inline]
    pub(crate) fn contains(&self, at: *const u8) -> bool {
        // Before the base: a length is only seen together with its base.
        let len = self.len.load(Ordering::Acquire);
        at.addr().wrapping_sub(self.base.load(Ordering::Relaxed)) < len && !self.is_lost(at)
    }

    /// Whether the page at an address within the range is somebody else's (see [`transplant`]).
    #[inline]
    fn is_lost(&self, at: *const u8) -> bool {
        self.lost.load(Ordering::Relaxed)
            && self
                .parts()
                .is_some_and(|parts| parts.table.usage(page_of(parts, at)) == Some(Use::Lost))
    }

    /// A block of at least `bytes` bytes, page aligned, owned by `tag`; `None` if there is no room.
    #[inline]
    pub(crate) fn alloc(&self, bytes: usize, tag: u32) -> Option<NonNull<u8>> {
        let parts = self.parts()?;
        let span = self.take(parts, bytes, tag)?;
        self.pages.before_use(parts, span);
        fresh::note(parts, span.first, span);
        parts.region.at(offset(span.first))
    }

    /// As [`alloc`](Self::alloc), and reads zero. Pages that were never handed out are not touched.
    pub(crate) fn alloc_zeroed(&self, bytes: usize, tag: u32) -> Option<NonNull<u8>> {
        let parts = self.parts()?;
        let span = self.take(parts, bytes, tag)?;
        self.pages.before_use(parts, span);
        for run in parts.touched.runs(span, true) {
            let start = parts.region.at(offset(run.first))?;
            // SAFETY: the run is inside the span that was just taken: committed, and nobody else's (invariant 2).
            unsafe { start.write_bytes(0, bytes_of(run.pages)) };
        }
        fresh::note(parts, span.first, span);
        parts.region.at(offset(span.first))
    }

    fn take(&self, parts: &Opened, bytes: usize, tag: u32) -> Option<Span> {
        let pages = pages_for(bytes)?;
        let span = self
            .take_kept(parts, pages)
            .or_else(|| self.take_central(parts, pages));
        let Some(span) = span else {
            self.refused.fetch_add(bytes as u64, Ordering::Relaxed);
            return None;
        };
        if pages >= HUGE_PAGES && !self.transplant(parts, span) {
            return None; // leaked on purpose: some of its addresses are gone
        }
        parts.table.set_tag(span.first, tag);
        Some(span)
    }

    #[inline]
    fn take_kept(&self, parts: &Opened, pages: u32) -> Option<Span> {
        if pages > SMALL {
            return None;
        }
        let span = self.shards.pop(pages)?;
        parts.table.set_tag(span.first, 0);
        parts.table.set_usage(span.first, Use::Live);
        Some(span)
    }

    fn take_central(&self, parts: &Opened, pages: u32) -> Option<Span> {
        let mut central = self.central.lock();
        if let Some(span) = central.reuse(&parts.table, pages, |span| is_warm(parts, span)) {
            note_sample(parts, &mut central);
            return Some(span);
        }
        let end = central.top().checked_add(pages)?;
        if !Self::back(parts, end) {
            return None;
        }
        let span = central.extend(&parts.table, pages);
        note_sample(parts, &mut central);
        Some(span)
    }

    /// Backs all pages below `end`, and their entries; runs under the heap's lock.
    fn back(parts: &Opened, end: u32) -> bool {
        let before = parts.region.committed();
        if bytes_of(end) <= before {
            return true;
        }
        if !parts.table.commit(end) || !parts.touched.commit(end) {
            return false;
        }
        let done = parts.region.commit(bytes_of(end), COMMIT_STEP);
        Pages::committed(&parts.region, before);
        done
    }

    /// Frees a block and returns the tag of its owner.
    ///
    /// # Safety
    /// `block` is live, was handed out by this heap, and is not used afterwards.
    pub(crate) unsafe fn free(&self, block: NonNull<u8>) -> u32 {
        let Some(parts) = self.parts() else {
            return 0;
        };
        let span = span_of(parts, block);
        let tag = parts.table.take_tag(span.first);
        if span.pages <= SMALL {
            parts.table.set_usage(span.first, Use::Cached);
            if self.shards.push(span) {
                return tag;
            }
        }
        self.free_central(parts, span);
        tag
    }

    fn free_central(&self, parts: &Opened, span: Span) {
        fresh::settle(parts, span.first, span);
        let mut central = self.central.lock();
        central.release(&parts.table, span);
        note_sample(parts, &mut central);
    }

    /// Makes a block hold `bytes` bytes where it is and returns its owner's tag; `None` if it cannot grow there.
    ///
    /// # Safety
    /// `block` is live, was handed out by this heap, and nobody else uses it meanwhile.
    pub(crate) unsafe fn resize_in_place(&self, block: NonNull<u8>, bytes: usize) -> Option<u32> {
        let parts = self.parts()?;
        let pages = pages_for(bytes.max(1))?;
        let span = span_of(parts, block);
        let done = match pages.cmp(&span.pages) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => self.shrink(parts, span, pages),
            std::cmp::Ordering::Greater => self.grow(parts, span, pages),
        };
        done.then(|| parts.table.tag(span.first))
    }

    fn shrink(&self, parts: &Opened, span: Span, pages: u32) -> bool {
        fresh::settle(
            parts,
            span.first,
            Span {
                first: span.first + pages,
                pages: span.pages - pages,
            },
        );
        let mut central = self.central.lock();
        central.shrink(&parts.table, span, pages);
        note_sample(parts, &mut central);
        true
    }

    fn grow(&self, parts: &Opened, span: Span, pages: u32) -> bool {
        let mut central = self.central.lock();
        let end = span.first.checked_add(pages);
        if central.top() == span.end() && end.is_some_and(|end| Self::back(parts, end)) {
            central.grow_top(&parts.table, span, pages);
        } else if !central.grow_into_free(&parts.table, span, pages) {
            return false;
        }
        note_sample(parts, &mut central);
        drop(central);
        let added = Span {
            first: span.end(),
            pages: pages - span.pages,
        };
        self.pages.before_use(parts, added);
        fresh::note(parts, span.first, added);
        true
    }

    /// Hands the blocks of one owner to another, at most `expected` of them.
    pub(crate) fn retag(&self, from: u32, to: u32, expected: u64) -> Retagged {
        let mut moved = Retagged::default();
        let Some(parts) = self.parts() else {
            return moved;
        };
        let central = self.central.lock();
        let mut at = 0;
        while at < central.top() && moved.blocks < expected {
            let span = parts.table.span_at(at);
            if parts.table.usage(at) == Some(Use::Live) && parts.table.retag(at, from, to) {
                moved.blocks += 1;
                moved.largest_bytes = moved.largest_bytes.max(bytes_of(span.pages));
            }
            at = span.end();
        }
        moved
    }

    /// Figures of now.
    pub(crate) fn stats(&self) -> HeapStats {
        let Some(parts) = self.parts() else {
            return HeapStats::default();
        };
        let kept = self.shards.pages();
        let central = self.central.lock();
        let in_use = central.in_use().saturating_sub(kept);
        HeapStats {
            reserved_bytes: parts.region.len() as u64,
            in_use_bytes: bytes_of(in_use) as u64,
            high_water_bytes: bytes_of(central.high_water()) as u64,
            retained_bytes: (parts.touched.pages().saturating_sub(in_use as usize) * PAGE) as u64,
            trimmed_bytes: self.trimmed.load(Ordering::Relaxed),
            gathered_bytes: self.pages.gathered_bytes(),
            refused_bytes: self.refused.load(Ordering::Relaxed),
        }
    }

    /// Appends the samples taken so far, and one of now.
    pub(crate) fn samples(&self, into: &mut Vec<Sample>) {
        // Room is made before the lock is taken: growing the vector may need this very heap.
        into.reserve(samples::SAMPLES + 1);
        let central = self.central.lock();
        into.extend_from_slice(central.samples.as_slice());
        if let Some(parts) = self.parts() {
            into.push(Sample {
                at_ns: os::now_ns(),
                ..sample(parts, &central)
            });
        }
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

/// Only blocks below this page are moved or gathered (32 GiB): each may become a mapping of its
/// own, and a process may have 65,530 of them.
const REACH: u32 = 16_384 * HUGE_PAGES;

/// The aligned blocks within `span` whose pages are all touched, or all untouched.
fn blocks(parts: &Opened, span: Span, touched: bool) -> impl Iterator<Item = u32> + '_ {
    parts.touched.runs(span, touched).flat_map(|run| {
        let first = run.first.next_multiple_of(HUGE_PAGES);
        let end = run.end().min(REACH);
        (first..end)
            .step_by(HUGE_PAGES as usize)
            .filter(move |first| first + HUGE_PAGES <= end)
    })
}

fn note_sample(parts: &Opened, central: &mut Central) {
    let Sample {
        in_use, touched, ..
    } = sample(parts, central);
    central.samples.note(in_use, touched);
}

/// Memory now, but for the time.
fn sample(parts: &Opened, central: &Central) -> Sample {
    let touched = u32::try_from(parts.touched.pages()).unwrap_or(u32::MAX);
    Sample {
        at_ns: 0,
        in_use: central.in_use(),
        touched,
    }
}

/// Whether a free span needs no new pages. Large ones count as warm: they are backed by
/// [`transplant`](SpanHeap::transplant) where anything is idle.
fn is_warm(parts: &Opened, span: Span) -> bool {
    let committed = parts.region.committed() / PAGE;
    span.pages >= 2 * HUGE_PAGES
        || (span.end() as usize <= committed && parts.touched.all_set(span))
}

/// The live span that begins with `block`.
#[inline]
fn span_of(parts: &Opened, block: NonNull<u8>) -> Span {
    let span = parts.table.span_at(page_of(parts, block.as_ptr()));
    debug_assert_eq!(
        parts.table.usage(span.first),
        Some(Use::Live),
        "{span:?} is not a live block"
    );
    span
}

/// The page of an address within the heap.
#[inline]
fn page_of(parts: &Opened, at: *const u8) -> u32 {
    whole_pages(at.addr() - parts.region.base().as_ptr().addr())
}

/// What [`SpanHeap::retag`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retagged {
    /// Blocks that changed hands.
    pub(crate) blocks: u64,
    /// The largest of them, in whole pages.
    pub(crate) largest_bytes: usize,
}

/// Reserves pages, entries and bits for as much as `most` and the limits allow.
fn reserve(most: usize) -> Option<Opened> {
    // Other users of the address space (stacks, libraries, the inner allocator) need a share too.
    let fair = os::address_space_limit().map_or(usize::MAX, |limit| limit / 2);
    let mut len = most.min(fair).min(RESERVE_MOST);
    while len >= RESERVE_LEAST.min(most) && len >= PAGE {
        if let Some(opened) = reserve_exactly(len) {
            return Some(opened);
        }
        len /= 2;
    }
    None
}

fn reserve_exactly(len: usize) -> Option<Opened> {
    let pages = pages_for(len)?;
    let touched = Touched::reserve(pages)?;
    let table = Table::reserve(pages)?;
    let region = Region::reserve(len)?;
    Some(Opened {
        region,
        table,
        touched,
    })
}
