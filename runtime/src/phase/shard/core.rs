//! What a phase is made of: the shards of its threads, and its books.

use super::owned::{Gauge, Holdings};
use super::seat;
use crate::arena::{ArenaKind, Bump, LayoutDigest, Scratch};
use crate::lock::{Lock, RawLock};
use crate::phase::growth::{Grown, Growth};
use crate::phase::plan::Plan;
use crate::phase::slots::{NOBODY, Tag};
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::alloc::Layout;
use std::cell::{Cell, UnsafeCell};
use std::ptr::{self, NonNull};

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
    pub(super) for_large: [Cell<bool>; ArenaKind::COUNT],
    /// How often the thread's blocks grew; it alone writes, the owner reads.
    pub(super) growths: AtomicU64,
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
    /// What growing cost; how often is with the shards.
    pub(super) grown: Grown,
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
            grown = Grown::new(),
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
    pub(super) fn bump(&self, kind: ArenaKind) -> &Bump {
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

    /// How the phase's blocks grew.
    pub(in crate::phase) fn growth(&self) -> Growth {
        let growths = |shard: usize| self.shards[shard].growths.load(Ordering::Relaxed);
        let growths = self.used().map(growths).sum();
        Growth {
            growths,
            ..self.grown.figures()
        }
    }

    /// Whether nothing was allocated in the phase, nor handed over to it.
    pub(super) fn is_clean(&self) -> bool {
        let unused = |word: &AtomicU64| word.load(Ordering::Relaxed) == 0;
        self.used.iter().all(unused) && self.in_use.most() == 0
    }
}
