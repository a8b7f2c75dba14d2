//! Allocating in a phase.

use super::owned::{Gauge, Holdings, Owned, Use};
use super::seat;
use crate::arena::{ArenaKind, Bump, LARGE, LayoutDigest, Pages, Scratch, is_large};
use crate::error::{AllocError, Cause};
use crate::layout::{PAGE, round_up};
use crate::lock::{Lock, RawLock};
use crate::phase::current;
use crate::phase::plan::Plan;
use crate::phase::slots::{self, NOBODY, Tag};
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::wipe::wipe;
use std::alloc::Layout;
use std::cell::{Cell, UnsafeCell};
use std::ptr::{self, NonNull};

/// The first chunk of a shard; each further one is twice the size of the last, up to [`MOST_CHUNK`].
const FIRST_CHUNK: usize = LARGE;
/// The largest chunk that is taken unasked: shorter than a huge page, for which the heap makes more of an effort.
const MOST_CHUNK: usize = (2 << 20) - PAGE;

/// One thread's share of a phase. All zero bytes are an empty one.
#[repr(C, align(128))]
pub(super) struct Shard {
    /// By kind; that of `Scratch` has never a chunk, only a digest.
    pub(super) bumps: [Bump; ArenaKind::COUNT],
    pub(super) scratch: UnsafeCell<Option<Box<Scratch>>>,
    /// What `scratch` has taken, for others to read.
    pub(super) scratch_bytes: AtomicUsize,
    /// By kind: whether large blocks are cut from the chunk, too. One that was reserved, or grew, is
    /// there to be used up; its size does not tell.
    for_large: [Cell<bool>; ArenaKind::COUNT],
}

// Finding a shard is a shift, and two threads' shards share no line.
const _: () = assert!(size_of::<Shard>() == 128);

/// A thread's finger in one arena, found once. The thread keeps its seat for as long.
#[derive(Debug)]
pub(in crate::phase) struct Place<'core> {
    bump: &'core Bump,
    _pin: seat::Pin,
}

impl Place<'_> {
    /// A block of uninitialised memory, unless it is no matter for the chunk, or the chunk has no room for it.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    pub(in crate::phase) fn alloc(&self, layout: Layout) -> Option<NonNull<u8>> {
        self.bump.alloc(layout)
    }
}

/// The memory of one phase.
///
/// # Invariants
/// 1. A shard of a seat is used by the thread on that seat, the shared one by the thread that holds
///    `shared`, and the empty one is never changed. While the phase is open nothing else changes
///    them, and no code of a user runs while one is in use.
/// 2. `parent` is null, or a core that stays open for as long as this one.
/// 3. Every chunk of a bump, and every block that [`Core::alloc`] handed out and that was not freed,
///    lies in pages of `holdings`, and no two blocks overlap.
/// 4. Pages leave `holdings` only when the one block in them is freed, when they change hands with
///    it, or through the owner, who has no borrow of the phase left then.
#[repr(C)]
pub(in crate::phase) struct Core {
    pub(super) shards: [Shard; seat::SHARDS],
    pub(super) used: [AtomicU64; seat::SHARDS / 64],
    pub(super) holdings: Lock<Holdings>,
    pub(super) shared: RawLock,
    pub(super) parent: Cell<*const Core>,
    pub(super) plan: Cell<Plan>,
    pub(super) name: Cell<&'static str>,
    pub(super) tag: Cell<Tag>,
    /// Pages of this phase and of those inside it, for the budget.
    pub(super) in_use: Gauge,
    /// Pages of this phase by kind.
    pub(super) by_kind: [Gauge; ArenaKind::COUNT],
    /// Links of the lists in `owner`.
    pub(super) next: Cell<*mut Core>,
    pub(super) next_at_rest: Cell<*mut Core>,
}

// SAFETY:
// - shards are used by one thread at a time, and handed over with acquire and release (invariant 1, `seat`);
// - `parent`, `plan`, `name` and `tag` are written by the owner alone, before it hands out a borrow;
// - `next` and `next_at_rest` are used under the lock of the lists;
// - the rest is atomics and locks.
unsafe impl Sync for Core {}

impl Core {
    /// Makes a core in place.
    ///
    /// # Safety
    /// `at` is valid and aligned for a `Core`, belongs to the caller, and reads zero.
    pub(super) unsafe fn init(at: NonNull<Self>, next: *mut Self) {
        let at = at.as_ptr();
        /// Writes a field of the core at `at`; what is not written is valid as zero bytes.
        macro_rules! fields {
            ($($field:ident = $value:expr),* $(,)?) => { $(
                // SAFETY: a field of the caller's place (the caller's promise); nothing is read or dropped.
                unsafe { (&raw mut (*at).$field).write($value) };
            )* };
        }
        fields! {
            holdings = Lock::new(Holdings::NONE),
            shared = RawLock::new(),
            parent = Cell::new(ptr::null()),
            plan = Cell::new(Plan::new()),
            name = Cell::new(""),
            tag = Cell::new(NOBODY),
            in_use = Gauge::new(),
            by_kind = [const { Gauge::new() }; ArenaKind::COUNT],
            next = Cell::new(next),
            next_at_rest = Cell::new(ptr::null_mut()),
        }
    }

    /// The phase in the books of the reports.
    pub(in crate::phase) fn tag(&self) -> Tag {
        self.tag.get()
    }

    /// What the phase is called.
    pub(in crate::phase) fn name(&self) -> &'static str {
        self.name.get()
    }

    /// The calling thread's finger in one arena; one that is always empty if it has no seat yet.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    fn bump(&self, kind: ArenaKind) -> &Bump {
        &self.shards[usize::from(seat::shard())].bumps[kind as usize]
    }

    /// The calling thread's place in one arena, for a handle that stays on this thread.
    pub(in crate::phase) fn place(&self, kind: ArenaKind) -> Place<'_> {
        seat::take();
        Place {
            bump: self.bump(kind),
            _pin: seat::Pin::new(),
        }
    }

    /// A block of uninitialised memory.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    pub(in crate::phase) fn alloc(
        &self,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        match self.bump(kind).alloc(layout) {
            Some(block) => Ok(block),
            None => self.alloc_slow(kind, layout),
        }
    }

    /// As [`alloc`](Self::alloc), where the chunk has no room, or the block is no matter for a chunk.
    #[cold]
    #[inline(never)]
    pub(in crate::phase) fn alloc_slow(
        &self,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        if layout.size() == 0 {
            return Ok(dangling(layout));
        }
        self.with_shard(|shard| {
            if is_large(layout) {
                self.alloc_large(shard, kind, layout, false)
            } else if kind == ArenaKind::Scratch {
                self.alloc_scratch(shard, layout)
            } else {
                self.alloc_in_chunk(shard, kind, layout)
            }
        })
    }

    /// A block that reads zero. Large ones are not touched.
    pub(in crate::phase) fn alloc_zeroed(
        &self,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        if layout.size() > 0 && is_large(layout) {
            return self.with_shard(|shard| self.alloc_large(shard, kind, layout, true));
        }
        let block = self.alloc(kind, layout)?;
        // SAFETY: a block of that size, handed out just now.
        unsafe { block.write_bytes(0, layout.size()) };
        Ok(block)
    }

    /// Runs `f`, which must not run any code of a user, with the calling thread's shard.
    pub(super) fn with_shard<R>(&self, f: impl FnOnce(&Shard) -> R) -> R {
        let index = seat::take();
        let shared = index == seat::SHARED;
        if shared {
            self.shared.lock();
        }
        let index = usize::from(index);
        let (word, bit) = (&self.used[index / 64], 1 << (index % 64));
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::Relaxed);
        }
        let result = f(&self.shards[index]);
        if shared {
            self.shared.unlock();
        }
        result
    }

    fn alloc_in_chunk(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let bump = &shard.bumps[kind as usize];
        if let Some(block) = bump.alloc(layout) {
            return Ok(block); // the thread got its seat just now
        }
        let last = bump.chunk().map_or(0, |(_, bytes)| bytes);
        let bytes = last.saturating_mul(2).clamp(FIRST_CHUNK, MOST_CHUNK);
        self.refill(shard, kind, bytes, Use::Chunk)
            .or_else(|_| self.refill(shard, kind, layout.size(), Use::Chunk))?;
        bump.alloc(layout)
            .ok_or(AllocError::new(layout.size(), Cause::System))
    }

    /// Has a finger go on in a new chunk of `bytes` bytes.
    pub(super) fn refill(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        bytes: usize,
        use_: Use,
    ) -> Result<(), AllocError> {
        let (start, bytes) = self.hold(kind, bytes, use_, Pages::take)?;
        // SAFETY: new pages of this phase that nobody uses; they stay (invariant 4); pages are aligned to more than a grain.
        unsafe { shard.bumps[kind as usize].refill(start, bytes) };
        shard.for_large[kind as usize].set(use_ == Use::Reserved);
        Ok(())
    }

    /// Has the calling thread's finger go back to the chunk that was reserved, if the phase still
    /// holds it and no finger is in it.
    ///
    /// # Safety
    /// Nobody uses a block of the phase any more.
    pub(super) unsafe fn return_to_reserved(&self) {
        const POLY: usize = ArenaKind::Poly as usize;
        self.with_shard(|shard| {
            let holdings = self.holdings.lock();
            let Some(reserved) = holdings.reserved() else {
                return;
            };
            let (start, bytes) = (reserved.pages.start(), reserved.pages.bytes());
            let is_in_it = |shard: usize| {
                let chunk = self.shards[shard].bumps[POLY].chunk();
                chunk.is_some_and(|(chunk, _)| chunk == start)
            };
            if !self.used().any(is_in_it) {
                // SAFETY: pages of this phase that nobody uses (the caller's promise), and no other finger does; as for the rest see `refill`.
                unsafe { shard.bumps[POLY].refill(start, bytes) };
                shard.for_large[POLY].set(true);
            }
        });
    }

    fn alloc_large(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        layout: Layout,
        zeroed: bool,
    ) -> Result<NonNull<u8>, AllocError> {
        let bump = &shard.bumps[kind as usize];
        if shard.for_large[kind as usize].get()
            && let Some(block) = bump.alloc_any(layout)
        {
            if zeroed {
                // SAFETY: a block of that size, handed out just now.
                unsafe { block.write_bytes(0, layout.size()) };
            }
            return Ok(block);
        }
        let take = if zeroed {
            Pages::take_zeroed
        } else {
            Pages::take
        };
        let lead = if layout.align() > PAGE {
            layout.align()
        } else {
            0
        };
        let bytes = layout
            .size()
            .checked_add(lead)
            .ok_or(AllocError::new(layout.size(), Cause::TooLarge))?;
        let (start, _) = self.hold(kind, bytes, Use::Block, take)?;
        bump.note(layout);
        let pad = start.addr().get().wrapping_neg() & (layout.align() - 1);
        // SAFETY: `pad < align <= lead` if the alignment is larger than a page, and else 0, as pages are aligned to a page.
        Ok(unsafe { start.add(pad) })
    }

    fn alloc_scratch(&self, shard: &Shard, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        let place = shard.scratch.get();
        // On the books of this phase below, and not on those of whichever the thread is in.
        let block = current::untracked(|| {
            // SAFETY: the shard is the calling thread's (invariant 1), and no other borrow of the place is alive.
            let scratch = unsafe { &mut *place }.get_or_insert_default();
            scratch.alloc(layout, self.plan.get().scratch_cap)
        });
        let (block, bytes) = block?;
        let before = shard.scratch_bytes.swap(bytes, Ordering::Relaxed);
        if bytes > before {
            slots::resize(self.tag(), before, bytes);
        }
        shard.bumps[ArenaKind::Scratch as usize].note(layout);
        Ok(block)
    }

    /// Takes pages for at least `bytes` bytes, within the budget.
    fn hold(
        &self,
        kind: ArenaKind,
        bytes: usize,
        use_: Use,
        take: impl FnOnce(usize) -> Option<Pages>,
    ) -> Result<(NonNull<u8>, usize), AllocError> {
        let bytes = round_up(bytes, PAGE);
        self.admit(bytes)?;
        // Before the lock is taken: zeroing a large run takes its time.
        let Some(pages) = take(bytes) else {
            self.dismiss(bytes);
            return Err(AllocError::new(bytes, Cause::System));
        };
        let start = pages.start();
        let owned = Owned { pages, kind, use_ };
        if let Err(owned) = self.holdings.lock().try_add(owned) {
            self.dismiss(bytes);
            // SAFETY: pages that were taken just now, which nobody knows of.
            unsafe { owned.pages.give_back() };
            return Err(AllocError::new(bytes, Cause::System));
        }
        self.by_kind[kind as usize].add(bytes);
        slots::charge(self.tag(), bytes);
        Ok((start, bytes))
    }

    /// This core and those of the phases around it.
    fn lineage(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |core| {
            // SAFETY: null, or a core that stays open for as long as `core` (invariant 2).
            unsafe { core.parent.get().as_ref() }
        })
    }

    /// Those of [`lineage`](Self::lineage) that are not around `other` too.
    fn apart_from<'c>(&'c self, other: &'c Self) -> impl Iterator<Item = &'c Self> {
        let is_common = move |core: &Self| other.lineage().any(|around| ptr::eq(around, core));
        self.lineage().take_while(move |core| !is_common(core))
    }

    /// Counts `bytes` in the budgets of this phase and of those around it, or in none.
    fn admit(&self, bytes: usize) -> Result<(), AllocError> {
        admit_in(|| self.lineage(), bytes)
    }

    fn dismiss(&self, bytes: usize) {
        self.lineage().for_each(|core| core.in_use.sub(bytes));
    }

    /// Takes a block back: the last one of its chunk, or one with pages of its own. Others stay until the phase ends.
    ///
    /// # Safety
    /// The block is from [`alloc`](Self::alloc) of this core with the same kind and layout, perhaps
    /// resized since, and is not used any more.
    #[inline]
    pub(in crate::phase) unsafe fn free(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        layout: Layout,
    ) {
        if layout.size() != 0 && !self.bump(kind).free(block, layout.size()) && is_large(layout) {
            let owned = self.holdings.lock().remove_block(block);
            if let Some(owned) = owned {
                // SAFETY: the pages hold this block alone (invariant 3), which nobody uses any more.
                unsafe { self.release(owned) };
            }
        }
    }

    /// Gives pages back that were taken out of the holdings.
    ///
    /// # Safety
    /// Nobody uses them any more.
    pub(super) unsafe fn release(&self, owned: Owned) {
        let bytes = owned.pages.bytes();
        if owned.kind == ArenaKind::Witness {
            // SAFETY: the pages are ours, and nobody uses them (the caller's promise).
            unsafe { wipe(owned.pages.start(), bytes) };
        }
        self.by_kind[owned.kind as usize].sub(bytes);
        self.dismiss(bytes);
        slots::credit(self.tag(), bytes);
        // SAFETY: the caller's promise.
        unsafe { owned.pages.give_back() };
    }

    /// Makes a block hold `new.size()` bytes, aligned to `new.align()`: where it is, or elsewhere with its content moved.
    ///
    /// # Safety
    /// As for [`free`](Self::free) with `old`; the block is not used at its old place any more.
    pub(in crate::phase) unsafe fn resize(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let stays = old.size() != 0
            && new.size() != 0
            && block.addr().get().is_multiple_of(new.align())
            && (self.bump(kind).resize_last(block, old.size(), new)
                || self.resize_in_place(kind, block, old, new));
        if stays {
            return Ok(block);
        }
        let moved = self.alloc(kind, new)?;
        if (1..=old.size()).contains(&new.size()) {
            // Whether a shorter block moves depends on where it is, which is no matter for the digest.
            self.with_shard(|shard| shard.bumps[kind as usize].unnote(new));
        }
        let bytes = old.size().min(new.size());
        // SAFETY: both blocks hold that many bytes, and live blocks do not overlap (invariant 3).
        unsafe { ptr::copy_nonoverlapping(block.as_ptr(), moved.as_ptr(), bytes) };
        // SAFETY: the caller's promise.
        unsafe { self.free(kind, block, old) };
        Ok(moved)
    }

    #[cold]
    fn resize_in_place(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> bool {
        if is_large(old) != is_large(new) && new.size() < old.size() {
            return false; // to a chunk, so that its pages go back
        }
        let done = self.with_shard(|shard| {
            let done = is_large(old) && self.resize_block(kind, block, new.size());
            let done = done || self.grow_chunk(shard, kind, block, old.size(), new.size());
            if done && new.size() > old.size() {
                shard.bumps[kind as usize].note(new);
            }
            done
        });
        done || new.size() <= old.size() // a shorter block may keep its tail
    }

    /// Resizes a block with pages of its own.
    fn resize_block(&self, kind: ArenaKind, block: NonNull<u8>, size: usize) -> bool {
        let mut holdings = self.holdings.lock();
        let Some(owned) = holdings.block(block) else {
            return false;
        };
        let lead = block.addr().get() - owned.pages.start().addr().get();
        let Some(bytes) = lead.checked_add(size) else {
            return false;
        };
        if kind == ArenaKind::Witness && round_up(bytes, PAGE) < owned.pages.bytes() {
            return true; // the tail stays, to be wiped with the rest
        }
        self.resize_pages(owned, round_up(bytes, PAGE))
    }

    /// Grows a chunk for its last block. A block that has a chunk to itself gets it for its own.
    fn grow_chunk(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> bool {
        let bump = &shard.bumps[kind as usize];
        let Some((start, bytes)) = bump.chunk_for(block, old, new) else {
            return false;
        };
        let mut holdings = self.holdings.lock();
        let Some(owned) = holdings.chunk(start) else {
            return false;
        };
        if !self.resize_pages(owned, round_up(bytes, PAGE).max(owned.pages.bytes())) {
            return false;
        }
        if start == block && new >= LARGE {
            owned.use_ = Use::Block;
            bump.empty();
        } else {
            // SAFETY:
            // - these are the pages of the chunk, which did not get smaller and hold `bytes` at least;
            // - `bytes` is a multiple of a grain: the block starts at one, and its size was rounded up;
            // - the block is the last one of the chunk, and ends there now.
            unsafe { bump.extend(owned.pages.bytes(), bytes) };
            shard.for_large[kind as usize].set(true);
        }
        true
    }

    fn resize_pages(&self, owned: &mut Owned, bytes: usize) -> bool {
        let before = owned.pages.bytes();
        if bytes > before && self.admit(bytes - before).is_err() {
            return false;
        }
        // SAFETY: what is cut off belongs to the block's old length, which nobody uses any more.
        let done = unsafe { owned.pages.resize(bytes) };
        let after = owned.pages.bytes();
        match (done, bytes > before) {
            (true, true) => self.by_kind[owned.kind as usize].add(after - before),
            (true, false) => {
                self.by_kind[owned.kind as usize].sub(before - after);
                self.dismiss(before - after);
            }
            (false, true) => self.dismiss(bytes - before),
            (false, false) => {}
        }
        if done {
            slots::resize(self.tag(), before, after);
        }
        done
    }

    /// Lets go of the pages of a block, which are on nobody's books then; `false` if it keeps them:
    /// the block shares its pages with others, or they are not the heap's.
    ///
    /// # Safety
    /// As for [`free`](Self::free); the block belongs to [`WholePages`](crate::arena::WholePages) afterwards.
    pub(in crate::phase) unsafe fn let_go(&self, kind: ArenaKind, block: NonNull<u8>) -> bool {
        let mut holdings = self.holdings.lock();
        let known = holdings
            .block(block)
            .is_some_and(|owned| owned.pages.are_known_by(block));
        let owned = known.then(|| holdings.remove_block(block)).flatten();
        drop(holdings);
        let Some(owned) = owned else {
            return false;
        };
        let bytes = owned.pages.bytes(); // dropping pages keeps them in use
        self.by_kind[kind as usize].sub(bytes);
        self.dismiss(bytes);
        slots::credit(self.tag(), bytes);
        true
    }

    /// Hands the pages of a block to another phase; `false` if the block shares its pages with others.
    ///
    /// # Safety
    /// As for [`free`](Self::free); the block belongs to `to` afterwards.
    pub(in crate::phase) unsafe fn hand_over(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        to: &Self,
    ) -> Result<bool, AllocError> {
        if ptr::eq(self, to) {
            return Ok(true);
        }
        // One lock at a time: two threads may hand blocks to each other's phases.
        let Some(owned) = self.holdings.lock().remove_block(block) else {
            return Ok(false);
        };
        let bytes = owned.pages.bytes();
        // Phases around both have the pages on their books, and keep them there: nobody else gets the room meanwhile.
        if let Err(refused) = admit_in(|| to.apart_from(self), bytes) {
            self.holdings.lock().add_or_leak(owned);
            return Err(refused);
        }
        to.holdings.lock().add_or_leak(owned);
        self.apart_from(to).for_each(|core| core.in_use.sub(bytes));
        self.by_kind[kind as usize].sub(bytes);
        to.by_kind[kind as usize].add(bytes);
        slots::hand_over(self.tag(), to.tag(), bytes);
        Ok(true)
    }

    /// Indices of the shards that were used.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.used.iter().enumerate().flat_map(|(at, word)| {
            let word = word.load(Ordering::Relaxed);
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }

    /// The digest of all requests so far.
    pub(in crate::phase) fn layout_digest(&self) -> LayoutDigest {
        // Summed up before the kinds are told apart: a rotation of a sum is not the sum of rotations.
        let of_kind = |kind: usize| {
            let digest = |shard: usize| self.shards[shard].bumps[kind].digest();
            self.used().map(digest).fold(0, u64::wrapping_add)
        };
        let digest = (0..ArenaKind::COUNT).rev().fold(0u64, |digest, kind| {
            digest.rotate_left(21).wrapping_add(of_kind(kind))
        });
        LayoutDigest(digest)
    }

    /// Pages of an arena now, and at most.
    pub(in crate::phase) fn bytes(&self, kind: ArenaKind) -> (usize, usize) {
        let gauge = &self.by_kind[kind as usize];
        if kind != ArenaKind::Scratch {
            return (gauge.now(), gauge.most());
        }
        let small = |index: usize| self.shards[index].scratch_bytes.load(Ordering::Relaxed);
        let small: usize = self.used().map(small).sum();
        (gauge.now() + small, gauge.most() + small)
    }

    /// Why a block of that size would be refused now.
    pub(in crate::phase) fn refusal(&self, kind: ArenaKind, bytes: usize) -> AllocError {
        if kind == ArenaKind::Scratch && bytes < LARGE {
            let cap = self.plan.get().scratch_cap;
            return AllocError::new(bytes, Cause::ScratchCap { cap });
        }
        let pages = round_up(bytes, PAGE);
        let over = |core: &Self| core.in_use.refuses(pages, core.plan.get().budget);
        let refused = self.lineage().find_map(|core| Some((core, over(core)?)));
        match refused {
            Some((core, in_use)) => core.over_budget(in_use, pages),
            None => AllocError::new(bytes, Cause::System),
        }
    }

    fn over_budget(&self, in_use: usize, bytes: usize) -> AllocError {
        let cause = Cause::Budget {
            phase: self.name.get(),
            budget: self.plan.get().budget,
            in_use,
        };
        AllocError::new(bytes, cause)
    }

    /// Whether nothing was allocated in the phase, nor handed over to it.
    pub(super) fn is_clean(&self) -> bool {
        let unused = |word: &AtomicU64| word.load(Ordering::Relaxed) == 0;
        self.used.iter().all(unused) && self.in_use.most() == 0
    }
}

/// Counts `bytes` in the budgets of all those cores, or of none.
fn admit_in<'c, Cores: Iterator<Item = &'c Core>>(
    cores: impl Fn() -> Cores,
    bytes: usize,
) -> Result<(), AllocError> {
    for (done, core) in cores().enumerate() {
        if let Err(in_use) = core.in_use.try_add(bytes, core.plan.get().budget) {
            cores().take(done).for_each(|core| core.in_use.sub(bytes));
            return Err(core.over_budget(in_use, bytes));
        }
    }
    Ok(())
}

/// An address for a block without bytes.
fn dangling(layout: Layout) -> NonNull<u8> {
    let address = ptr::without_provenance_mut(layout.align());
    NonNull::new(address).unwrap_or(NonNull::dangling())
}
