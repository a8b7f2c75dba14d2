//! Who is charged for a block: counters of the open phases, and the rule that finds the phase of a thread.
//!
//! A block carries the tag of the phase that was current when it was allocated. The current phase
//! of a thread is the innermost one it opened or entered itself; a thread that did neither (a rayon
//! worker) takes part in the process's only open root phase. With several root phases open at once
//! such a thread's work cannot be told apart, and is counted as shared.
//!
//! Nothing here is needed for soundness: a wrong tag is a wrong figure, never a wrong pointer.
#![forbid(unsafe_code)]

use crate::lock::Lock;
use crate::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::cell::Cell;

/// Owner of a block; see [`Slot::tag`].
pub(crate) type Tag = u32;

/// Nobody.
pub(crate) const NOBODY: Tag = 0;
/// Several phases at once: the slot 0, which is always open.
pub(super) const SHARED: Tag = 1 << INDEX_BITS;
/// A thread that keeps its books: not even the process's phase is charged.
const UNTRACKED: Tag = u32::MAX;

const INDEX_BITS: u32 = 10;
const SLOTS: usize = 1 << INDEX_BITS;
/// Phases nested deeper than this are counted with their ancestor.
const DEEPEST: u32 = 32;

/// The counters of one open phase, on cache lines of their own.
///
/// All counters include the phases nested inside.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Slot {
    /// Generation and index: `0` if the slot was never used. Stays after the phase ends, until reuse,
    /// so that a late free still finds its way to the ancestors.
    tag: AtomicU32,
    open: AtomicBool,
    parent: AtomicU32,
    depth: AtomicU32,
    /// The place in the tree of sites.
    node: AtomicU32,
    bytes: AtomicU64,
    blocks: AtomicU64,
    live_bytes: AtomicI64,
    live_blocks: AtomicI64,
    high_water: AtomicI64,
}

/// The counters of a phase at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    pub(super) live_bytes: u64,
    pub(super) live_blocks: u64,
    pub(super) high_water: u64,
}

impl Slot {
    #[expect(
        clippy::declare_interior_mutable_const,
        reason = "the initial value of each slot"
    )]
    const UNUSED: Self = Self {
        tag: AtomicU32::new(0),
        open: AtomicBool::new(false),
        parent: AtomicU32::new(0),
        depth: AtomicU32::new(0),
        node: AtomicU32::new(0),
        bytes: AtomicU64::new(0),
        blocks: AtomicU64::new(0),
        live_bytes: AtomicI64::new(0),
        live_blocks: AtomicI64::new(0),
        high_water: AtomicI64::new(0),
    };

    fn clear_counts(&self) {
        self.bytes.store(0, Ordering::Relaxed);
        self.blocks.store(0, Ordering::Relaxed);
        self.live_bytes.store(0, Ordering::Relaxed);
        self.live_blocks.store(0, Ordering::Relaxed);
        self.high_water.store(0, Ordering::Relaxed);
    }

    fn charge(&self, bytes: i64, blocks: i64) {
        self.bytes
            .fetch_add(bytes.unsigned_abs(), Ordering::Relaxed);
        self.blocks
            .fetch_add(blocks.unsigned_abs(), Ordering::Relaxed);
        self.live_blocks.fetch_add(blocks, Ordering::Relaxed);
        let live = self.live_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if live > self.high_water.load(Ordering::Relaxed) {
            self.high_water.fetch_max(live, Ordering::Relaxed);
        }
    }

    fn credit(&self, bytes: i64, blocks: i64) {
        self.live_bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.live_blocks.fetch_sub(blocks, Ordering::Relaxed);
    }

    fn counts(&self) -> Counts {
        let positive = |value: &AtomicI64| value.load(Ordering::Relaxed).max(0).unsigned_abs();
        Counts {
            bytes: self.bytes.load(Ordering::Relaxed),
            blocks: self.blocks.load(Ordering::Relaxed),
            live_bytes: positive(&self.live_bytes),
            live_blocks: positive(&self.live_blocks),
            high_water: positive(&self.high_water),
        }
    }
}

static TABLE: [Slot; SLOTS] = [const { Slot::UNUSED }; SLOTS];

/// The slot that a tag names, unless it was reused since.
fn slot(tag: Tag) -> Option<&'static Slot> {
    let slot = &TABLE[tag as usize % SLOTS];
    (slot.tag.load(Ordering::Acquire) == tag || tag == SHARED).then_some(slot)
}

/// `tag` and its ancestors, innermost first.
fn lineage(tag: Tag) -> impl Iterator<Item = &'static Slot> {
    let first = if tag == NOBODY { None } else { slot(tag) };
    std::iter::successors(first, |slot| match slot.parent.load(Ordering::Relaxed) {
        NOBODY => None,
        parent => self::slot(parent),
    })
}

/// Claims a slot for a phase inside `parent`; `None` if it is nested too deep or too many are open.
pub(super) fn open(parent: Tag) -> Option<Tag> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let depth = if parent == NOBODY {
        0
    } else {
        depth(parent) + 1
    };
    if depth >= DEEPEST {
        return None;
    }
    // Turn by turn, so that a slot rests for long before its next generation.
    (0..SLOTS).find_map(|_| {
        let index = 1 + NEXT.fetch_add(1, Ordering::Relaxed) % (SLOTS - 1);
        let slot = &TABLE[index];
        slot.open
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .ok()?;
        Some(begin(slot, index, parent, depth))
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "an index has INDEX_BITS bits"
)]
fn begin(slot: &Slot, index: usize, parent: Tag, depth: u32) -> Tag {
    let generation = (slot.tag.load(Ordering::Relaxed) >> INDEX_BITS) + 1;
    let tag = (generation << INDEX_BITS) | index as u32;
    // The one tag with a meaning of its own, and the wrap to zero, are passed over.
    let tag = if tag == UNTRACKED || generation << INDEX_BITS == 0 {
        (1 << INDEX_BITS) | index as u32
    } else {
        tag
    };
    slot.clear_counts();
    slot.parent.store(parent, Ordering::Relaxed);
    slot.depth.store(depth, Ordering::Relaxed);
    slot.tag.store(tag, Ordering::Release);
    tag
}

/// Gives the slot up for reuse.
pub(super) fn close(tag: Tag) {
    if let Some(slot) = slot(tag) {
        slot.open.store(false, Ordering::Release);
    }
}

/// The innermost phase that is still open, of `tag` and its ancestors.
pub(super) fn nearest_open(tag: Tag) -> Tag {
    lineage(tag)
        .find(|slot| slot.open.load(Ordering::Relaxed))
        .map_or(NOBODY, |slot| slot.tag.load(Ordering::Relaxed))
}

/// The counters of a phase.
pub(super) fn counts(tag: Tag) -> Counts {
    slot(tag).map_or(Counts::default(), Slot::counts)
}

/// How deep a phase is nested; a root has depth 0.
pub(super) fn depth(tag: Tag) -> u32 {
    slot(tag).map_or(0, |slot| slot.depth.load(Ordering::Relaxed))
}

/// The place of a phase in the tree of sites.
pub(super) fn node(tag: Tag) -> Option<u32> {
    slot(tag)
        .filter(|_| tag != NOBODY && tag != SHARED)
        .map(|slot| slot.node.load(Ordering::Relaxed))
}

/// Records the place of a phase in the tree of sites.
pub(super) fn set_node(tag: Tag, node: u32) {
    if let Some(slot) = slot(tag) {
        slot.node.store(node, Ordering::Relaxed);
    }
}

/// How many phases are open now.
pub(super) fn open_phases() -> usize {
    TABLE
        .iter()
        .filter(|slot| slot.open.load(Ordering::Relaxed))
        .count()
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Charges a new block to a phase and its ancestors.
#[inline]
pub(crate) fn charge(tag: Tag, bytes: usize) {
    lineage(tag).for_each(|slot| slot.charge(signed(bytes), 1));
}

/// Takes a freed block off the books.
#[inline]
pub(crate) fn credit(tag: Tag, bytes: usize) {
    lineage(tag).for_each(|slot| slot.credit(signed(bytes), 1));
}

/// A block changed its size in place.
#[inline]
pub(crate) fn resize(tag: Tag, old: usize, new: usize) {
    if new >= old {
        lineage(tag).for_each(|slot| slot.charge(signed(new - old), 0));
    } else {
        lineage(tag).for_each(|slot| slot.credit(signed(old - new), 0));
    }
}

thread_local! {
    // Const and without a destructor: usable before `main` and while the thread ends.
    static OWN: Cell<Tag> = const { Cell::new(NOBODY) };
    /// The root phase that this thread opened.
    static ROOT: Cell<Tag> = const { Cell::new(NOBODY) };
}

/// What threads without a phase of their own take part in.
static PROCESS: AtomicU32 = AtomicU32::new(NOBODY);

/// The owner of what the calling thread allocates now.
#[inline]
pub(crate) fn current() -> Tag {
    match OWN.get() {
        NOBODY => PROCESS.load(Ordering::Relaxed),
        UNTRACKED => NOBODY,
        own => own,
    }
}

/// The phase that the calling thread opened or entered itself.
pub(super) fn own() -> Tag {
    OWN.get()
}

/// Makes `tag` the calling thread's phase; returns the one before.
pub(super) fn set_own(tag: Tag) -> Tag {
    OWN.replace(tag)
}

/// Runs `f` with the calling thread's allocations charged to nobody.
pub(super) fn untracked<R>(f: impl FnOnce() -> R) -> R {
    let own = OWN.replace(UNTRACKED);
    let result = f();
    OWN.set(own);
    result
}

/// The open root phases.
///
/// # Invariants
/// 1. `PROCESS` follows from it: nobody, the only root's innermost phase, or [`SHARED`].
#[derive(Debug)]
struct Roots {
    open: [Root; MOST_ROOTS],
    len: usize,
    /// Root phases beyond those: only their number matters.
    more: usize,
}

const MOST_ROOTS: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Root {
    tag: Tag,
    /// The innermost phase that the root's thread has open.
    innermost: Tag,
}

static ROOTS: Lock<Roots> = Lock::new(Roots::NONE);

impl Roots {
    const NONE: Self = Self {
        open: [Root {
            tag: NOBODY,
            innermost: NOBODY,
        }; MOST_ROOTS],
        len: 0,
        more: 0,
    };

    fn publish(&self) {
        let process = match self.len + self.more {
            0 => NOBODY,
            1 if self.len == 1 => self.open[0].innermost,
            _ => SHARED,
        };
        PROCESS.store(process, Ordering::Relaxed);
    }

    fn find(&self, is: impl Fn(&Root) -> bool) -> Option<usize> {
        self.open[..self.len].iter().position(is)
    }

    fn add(&mut self, root: Root) {
        if self.len == MOST_ROOTS {
            self.more += 1;
        } else {
            self.open[self.len] = root;
            self.len += 1;
        }
    }

    fn remove(&mut self, tag: Tag) {
        match self.find(|root| root.tag == tag) {
            Some(at) => {
                self.len -= 1;
                self.open[at] = self.open[self.len];
            }
            None => self.more = self.more.saturating_sub(1),
        }
    }
}

/// A root phase begins.
pub(super) fn root_opened(tag: Tag) {
    ROOT.set(tag);
    let mut roots = ROOTS.lock();
    roots.add(Root {
        tag,
        innermost: tag,
    });
    roots.publish();
}

/// A phase begins inside `parent`. Only the thread that opened the root moves its innermost phase:
/// what a worker opens is the worker's own.
pub(super) fn nested_opened(parent: Tag, tag: Tag) {
    let mut roots = ROOTS.lock();
    if let Some(at) = roots.find(|root| root.tag == ROOT.get() && root.innermost == parent) {
        roots.open[at].innermost = tag;
    }
    roots.publish();
}

/// A phase ends; `outer` is the innermost open phase around it.
pub(super) fn ended(tag: Tag, outer: Tag) {
    let mut roots = ROOTS.lock();
    if is_root(tag) {
        roots.remove(tag);
    } else if let Some(at) = roots.find(|root| root.innermost == tag) {
        roots.open[at].innermost = outer;
    }
    roots.publish();
}

/// Whether a phase was opened outside of any other.
pub(super) fn is_root(tag: Tag) -> bool {
    slot(tag).is_some_and(|slot| slot.parent.load(Ordering::Relaxed) == NOBODY)
}

/// Takes the lock ahead of a fork.
pub(super) fn before_fork() {
    ROOTS.raw().lock();
}

/// Releases the lock behind a fork, in the parent.
pub(super) fn after_fork_in_parent() {
    ROOTS.raw().unlock();
}

/// Releases the lock behind a fork, in the child: of the open phases only those around the forking
/// thread are its own; the threads of the others do not exist here.
pub(super) fn after_fork_in_child() {
    ROOTS.raw().unlock();
    let kept = |slot: &Slot| lineage(own()).any(|own| std::ptr::eq(own, slot));
    TABLE
        .iter()
        .filter(|slot| !kept(slot))
        .for_each(|slot| slot.open.store(false, Ordering::Relaxed));
    let mut roots = ROOTS.lock();
    *roots = Roots::NONE;
    let innermost = nearest_open(own());
    if let Some(root) = lineage(innermost).last() {
        roots.add(Root {
            tag: root.tag.load(Ordering::Relaxed),
            innermost,
        });
    }
    roots.publish();
}
