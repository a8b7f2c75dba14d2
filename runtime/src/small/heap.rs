//! Allocate, free, resize: who owns which slots.

use super::class::{Class, SLAB};
use super::rooms::{Given, Rooms};
use super::slabs::{Slab, Slabs};
use crate::layout::{bytes_of, whole_pages};
use crate::lock::{Held, Lock};
use crate::os;
use crate::spans::{self, SpanHeap};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::wipe::wipe;
use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::ptr::NonNull;

/// Threads take turns; more than these share a lock, fewer of them share what they keep.
const SHARDS: u8 = 16;

/// A heap of small blocks in slabs that come from, and go back to, a heap of spans.
///
/// # Invariants
/// 1. `slabs` is written once, before `opened` is set, and never again.
/// 2. A slab is a live span of `spans`, of [`SLAB`] bytes, with an open entry. It is opened before
///    its first slot is handed out, and closed before the span is freed.
/// 3. A block is a taken slot; whoever was handed it owns its bytes, all of the class.
/// 4. The bytes of a slab outside live blocks read zero.
/// 5. A shard's lock guards its `Rooms`, and those parts of its slabs' entries that `Slab` says. No
///    lock is asked for while one is held (but ahead of a fork): not another of ours, nor one of `spans`.
#[derive(Debug)]
pub(crate) struct SmallHeap {
    spans: &'static SpanHeap,
    slabs: UnsafeCell<Option<Slabs>>,
    opened: AtomicBool,
    opening: Lock<()>,
    shards: [Shard; SHARDS as usize],
}

/// One thread's share, on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Shard {
    rooms: Lock<Rooms>,
}

// SAFETY: `slabs` is written once before it is shared (invariant 1); everything else is atomics and locks.
unsafe impl Sync for SmallHeap {}

/// A live block of the heap, as found by its address.
#[derive(Debug)]
pub(crate) struct SmallBlock<'h> {
    start: NonNull<u8>,
    slabs: &'h Slabs,
    slab: &'h Slab,
    /// Of the slab's entry.
    index: u32,
    slot: usize,
}

impl SmallBlock<'_> {
    /// Bytes that the block can hold where it is.
    #[inline]
    pub(crate) fn usable_bytes(&self) -> usize {
        self.slab.class().bytes()
    }

    /// Makes the block hold another layout where it is, if that is of the same class; then what is
    /// behind the new size reads zero.
    ///
    /// # Safety
    /// The block is live, and nobody else uses it meanwhile.
    pub(crate) unsafe fn resize_in_place(&self, layout: Layout) -> bool {
        if Class::of(layout) != Some(self.slab.class()) {
            return false;
        }
        // SAFETY: what is behind the old size is not in use, and what is behind the new one not any more.
        unsafe { self.wipe_from(layout.size()) };
        os::allow(self.start, layout.size(), self.usable_bytes());
        true
    }

    /// Wipes the block's bytes from `kept` on, which is at most its size.
    ///
    /// # Safety
    /// The block is live, and nobody uses these bytes meanwhile.
    #[inline]
    unsafe fn wipe_from(&self, kept: usize) {
        let bytes = self.usable_bytes() - kept;
        // SAFETY: `kept` is at most the block's bytes, so this is inside it, or its end.
        let start = unsafe { self.start.add(kept) };
        os::allow(start, bytes, bytes);
        // SAFETY: the bytes belong to the block (invariant 3 of the heap); the caller vouches that nobody uses them.
        unsafe { wipe(start, bytes) };
    }
}

/// Figures of a heap of small blocks at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SmallStats {
    /// Live blocks.
    pub(crate) blocks: u64,
    /// Bytes of their slots.
    pub(crate) bytes: u64,
    /// Slabs, full or not.
    pub(crate) slabs: u64,
    /// Bytes wiped so far.
    pub(crate) wiped_bytes: u64,
}

impl SmallHeap {
    /// A heap without slabs over `spans`, which may be opened later.
    pub(crate) const fn new(spans: &'static SpanHeap) -> Self {
        Self {
            spans,
            slabs: UnsafeCell::new(None),
            opened: AtomicBool::new(false),
            opening: Lock::new(()),
            shards: [const {
                Shard {
                    rooms: Lock::new(Rooms::new()),
                }
            }; SHARDS as usize],
        }
    }

    /// Whether blocks of that layout are small; others need a span.
    #[inline]
    pub(crate) const fn serves(layout: Layout) -> bool {
        Class::of(layout).is_some()
    }

    #[inline]
    fn slabs(&self) -> Option<&Slabs> {
        if !self.opened.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: `opened` is set, so `slabs` is written and never will be again (invariant 1).
        unsafe { (*self.slabs.get()).as_ref() }
    }

    /// The entries, reserved if nobody did before; `None` while the span heap is closed.
    fn open(&self) -> Option<&Slabs> {
        let opening = self.opening.lock();
        if !self.opened.load(Ordering::Acquire) {
            let slabs = Slabs::reserve(whole_pages(self.spans.reserved_bytes()?))?;
            // SAFETY: the lock lets one thread through at a time, and nobody reads before `opened` is set (invariant 1).
            unsafe { *self.slabs.get() = Some(slabs) };
            self.opened.store(true, Ordering::Release);
        }
        drop(opening);
        self.slabs()
    }

    /// A block for that layout, which reads zero; `None` if it is not small or there is no room.
    #[inline]
    pub(crate) fn alloc(&self, layout: Layout) -> Option<NonNull<u8>> {
        let class = Class::of(layout)?;
        let slabs = self.slabs().or_else(|| self.open())?;
        let taken = self.own().lock().take(slabs, class);
        let (first, slot) = taken.or_else(|| self.take_of_new(slabs, class))?;
        let block = self.spans.at(bytes_of(first) + slot * class.bytes())?;
        os::allow(block, layout.size(), class.bytes());
        Some(block)
    }

    /// As `Rooms::take`, of a new slab.
    #[cold]
    #[inline(never)]
    fn take_of_new(&self, slabs: &Slabs, class: Class) -> Option<(u32, usize)> {
        let start = self.spans.alloc_zeroed(SLAB, 0)?;
        let first = whole_pages(self.spans.offset_of(start.as_ptr())?);
        let Some((index, slab)) = slabs.for_slab(first) else {
            // SAFETY: the span was just handed out, and nobody has seen it.
            unsafe { self.spans.free(start) };
            return None;
        };
        os::allow(start, 0, SLAB);
        slab.open(first, class, own_shard());
        let mut rooms = self.own().lock();
        rooms.add(slabs, index, slab);
        rooms.take(slabs, class)
    }

    /// The block at an address; `None` if the address is not in a slab. Ends the process if no live
    /// block begins there.
    #[inline]
    pub(crate) fn find(&self, start: NonNull<u8>) -> Option<SmallBlock<'_>> {
        let slabs = self.slabs()?;
        let offset = self.spans.offset_of(start.as_ptr())?;
        let (index, slab) = slabs.with_page(whole_pages(offset))?;
        let within = offset.wrapping_sub(bytes_of(slab.first()?));
        let Some(slot) = slab.class().slot_at(within) else {
            os::die("an address inside a small block is freed or resized");
        };
        if slab.slots.is_free(slot) {
            os::die("a small block is freed or resized that is not live");
        }
        Some(SmallBlock {
            start,
            slabs,
            slab,
            index,
            slot,
        })
    }

    /// Wipes a block and frees it.
    ///
    /// # Safety
    /// The block is live, from [`find`](Self::find) of this heap, and not used afterwards.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "the block ends here")]
    pub(crate) unsafe fn free(&self, block: SmallBlock<'_>) {
        // SAFETY: the caller owns the block, and is done with it.
        unsafe { block.wipe_from(0) };
        os::allow(block.start, 0, block.usable_bytes());
        let slab = block.slab;
        let mut rooms = self.shards[usize::from(slab.shard())].rooms.lock();
        match rooms.give(block.slabs, block.index, slab, block.slot) {
            Given::Kept => {}
            Given::Twice => os::die("a small block is freed by two threads at once"),
            // SAFETY: the slab was just emptied and taken out of its list.
            Given::Emptied => unsafe { self.give_back(rooms, slab) },
        }
    }

    /// Closes an empty slab, and frees its span once the lock is released.
    ///
    /// # Safety
    /// No block of the slab is live, and it is in no list.
    #[cold]
    unsafe fn give_back(&self, rooms: Held<'_, Rooms>, slab: &Slab) {
        let first = slab.close();
        drop(rooms);
        if let Some(start) = first.and_then(|first| self.spans.at(bytes_of(first))) {
            // SAFETY: the span is live (invariant 2); no block of it is, and none will be, as the entry is closed.
            unsafe { self.spans.free(start) };
        }
    }

    /// Gives the empty slabs back that are kept for the next block of their class; returns how many.
    pub(crate) fn trim(&self) -> usize {
        let Some(slabs) = self.slabs() else { return 0 };
        let mut gone = 0;
        for shard in &self.shards {
            loop {
                let mut rooms = shard.rooms.lock();
                let Some(slab) = rooms.pop_empty(slabs) else {
                    break;
                };
                // SAFETY: the slab is empty and was just taken out of its list.
                unsafe { self.give_back(rooms, slab) };
                gone += 1;
            }
        }
        gone
    }

    /// Figures of now.
    pub(crate) fn stats(&self) -> SmallStats {
        let mut stats = SmallStats::default();
        for shard in &self.shards {
            let rooms = shard.rooms.lock();
            stats.blocks += rooms.blocks();
            stats.bytes += rooms.bytes();
            stats.slabs += u64::from(rooms.slabs());
            stats.wiped_bytes += rooms.wiped_bytes();
        }
        stats
    }

    /// Takes every lock, ahead of a fork and of the span heap's own.
    pub(crate) fn before_fork(&self) {
        self.opening.raw().lock();
        self.shards
            .iter()
            .for_each(|shard| shard.rooms.raw().lock());
    }

    /// Releases what [`before_fork`](Self::before_fork) took, in parent and child.
    pub(crate) fn after_fork(&self) {
        self.shards
            .iter()
            .for_each(|shard| shard.rooms.raw().unlock());
        self.opening.raw().unlock();
    }

    #[inline]
    fn own(&self) -> &Lock<Rooms> {
        &self.shards[usize::from(own_shard())].rooms
    }
}

/// The calling thread's shard.
#[inline]
fn own_shard() -> u8 {
    #[expect(clippy::cast_possible_truncation, reason = "below SHARDS")]
    let own = (spans::turn() % usize::from(SHARDS)) as u8;
    own
}
