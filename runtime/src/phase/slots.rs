//! The counters of the open phases: a block carries the tag of the phase it is charged to.
//!
//! Nothing here is needed for soundness: a wrong tag is a wrong figure, never a wrong pointer.
#![forbid(unsafe_code)]

use super::growth::{Grown, Growth};
use super::lowmem::Lowmem;
use crate::store::WATCHES;
use crate::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering,
};

/// Owner of a block; see [`Slot::tag`].
pub(crate) type Tag = u32;

/// Nobody.
pub(crate) const NOBODY: Tag = 0;
/// Several phases at once: the slot 0, which is always open.
pub(super) const SHARED: Tag = 1 << INDEX_BITS;
/// No phase has these tags.
pub(super) const RESERVED: [Tag; 2] = [u32::MAX, 2 << INDEX_BITS];

const INDEX_BITS: u32 = 10;
const SLOTS: usize = 1 << INDEX_BITS;
/// Phases nested deeper than this are counted with their ancestor.
const DEEPEST: u32 = 32;

/// What a slot's `state` says: to be had; a phase charges it; its phase is writing its report.
const FREE: u8 = 0;
const OPEN: u8 = 1;
const ENDING: u8 = 2;

/// The counters of one open phase, on cache lines of their own.
///
/// All counters but `grown` include the phases nested inside.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Slot {
    /// Generation and index: `0` if the slot was never used. Stays after the phase ends, until reuse,
    /// so that a late free still finds its way to the ancestors.
    tag: AtomicU32,
    /// [`FREE`], [`OPEN`] or [`ENDING`].
    state: AtomicU8,
    /// Whether all that is allocated in the phase is a secret; so it is in those inside.
    secret: AtomicBool,
    /// Where its large blocks go, [packed](Lowmem::packed): its own policy, or that of the phase around it.
    lowmem: AtomicU64,
    parent: AtomicU32,
    depth: AtomicU32,
    /// The place in the tree of sites.
    node: AtomicU32,
    bytes: AtomicU64,
    blocks: AtomicU64,
    live_bytes: AtomicI64,
    live_blocks: AtomicI64,
    high_water: AtomicI64,
    grown: Grown,
}

/// The counters of a phase at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    pub(super) live_bytes: u64,
    pub(super) live_blocks: u64,
    pub(super) high_water: u64,
    pub(super) growth: Growth,
}

impl Slot {
    #[expect(
        clippy::declare_interior_mutable_const,
        reason = "the initial value of each slot"
    )]
    const UNUSED: Self = Self {
        tag: AtomicU32::new(0),
        state: AtomicU8::new(FREE),
        secret: AtomicBool::new(false),
        lowmem: AtomicU64::new(0),
        parent: AtomicU32::new(0),
        depth: AtomicU32::new(0),
        node: AtomicU32::new(0),
        bytes: AtomicU64::new(0),
        blocks: AtomicU64::new(0),
        live_bytes: AtomicI64::new(0),
        live_blocks: AtomicI64::new(0),
        high_water: AtomicI64::new(0),
        grown: Grown::new(),
    };

    fn clear_counts(&self) {
        self.bytes.store(0, Ordering::Relaxed);
        self.blocks.store(0, Ordering::Relaxed);
        self.live_bytes.store(0, Ordering::Relaxed);
        self.live_blocks.store(0, Ordering::Relaxed);
        self.high_water.store(0, Ordering::Relaxed);
        self.grown.clear();
    }

    fn is_open(&self) -> bool {
        self.state.load(Ordering::Relaxed) == OPEN
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
            growth: self.grown.figures(),
        }
    }
}

static TABLE: [Slot; SLOTS] = [const { Slot::UNUSED }; SLOTS];

/// A number below [`WATCHES`] that no other open phase has.
pub(super) fn number(tag: Tag) -> usize {
    const { assert!(SLOTS <= WATCHES) };
    tag as usize % SLOTS
}

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
pub(super) fn open(parent: Tag, witness: bool, policy: Option<Lowmem>) -> Option<Tag> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let depth = if parent == NOBODY {
        0
    } else {
        depth(parent) + 1
    };
    if depth >= DEEPEST {
        return None;
    }
    let secret = witness || is_marked_secret(parent);
    // A secret stays where it is wiped.
    let policy = policy.or_else(|| lowmem(parent)).filter(|_| !secret);
    // Turn by turn, so that a slot rests for long before its next generation.
    (0..SLOTS).find_map(|_| {
        // Not `fetch_add`: two threads that try the same slot are told apart below.
        let next = NEXT.load(Ordering::Relaxed);
        NEXT.store(next.wrapping_add(1), Ordering::Relaxed);
        let index = 1 + next % (SLOTS - 1);
        let slot = &TABLE[index];
        slot.state
            .compare_exchange(FREE, OPEN, Ordering::Acquire, Ordering::Relaxed)
            .ok()?;
        slot.secret.store(secret, Ordering::Relaxed);
        slot.lowmem.store(word(policy), Ordering::Relaxed);
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
    let tag = if RESERVED.contains(&tag) || generation << INDEX_BITS == 0 {
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

/// The phase ends: its counters stay until [`free`].
pub(super) fn close(tag: Tag) {
    set_state(tag, ENDING);
}

/// Gives the slot up for reuse.
pub(super) fn free(tag: Tag) {
    set_state(tag, FREE);
}

fn set_state(tag: Tag, state: u8) {
    if let Some(slot) = slot(tag) {
        slot.state.store(state, Ordering::Release);
    }
}

/// Frees all slots but those of `tag` and its ancestors.
pub(super) fn free_all_but(tag: Tag) {
    let kept = |slot: &Slot| lineage(tag).any(|kept| std::ptr::eq(kept, slot));
    for slot in TABLE.iter().filter(|slot| !kept(slot)) {
        slot.state.store(FREE, Ordering::Release);
    }
}

/// Whether what the phase's threads allocate is a secret. What is shared counts as one: it may be.
#[inline]
pub(super) fn is_secret(tag: Tag) -> bool {
    tag == SHARED || is_marked_secret(tag)
}

#[inline]
fn is_marked_secret(tag: Tag) -> bool {
    let secret = |slot: &Slot| slot.secret.load(Ordering::Relaxed);
    tag != NOBODY && slot(tag).is_some_and(secret)
}

/// Where large blocks of library code go that are charged to `tag`; what is shared, as the phase wants it
/// that asked last.
#[inline]
pub(super) fn lowmem(tag: Tag) -> Option<Lowmem> {
    let slot = slot(tag).filter(|_| tag != NOBODY)?;
    Lowmem::unpacked(slot.lowmem.load(Ordering::Relaxed))
}

/// Sets the policy of what is shared.
pub(super) fn share_lowmem(policy: Option<Lowmem>) {
    if let Some(slot) = slot(SHARED) {
        slot.lowmem.store(word(policy), Ordering::Relaxed);
    }
}

fn word(policy: Option<Lowmem>) -> u64 {
    policy.map_or(0, Lowmem::packed)
}

/// Whether a phase is secret, and none around it is.
#[inline]
pub(super) fn is_outermost_secret(tag: Tag) -> bool {
    is_marked_secret(tag) && outermost_secret(tag) == Some(tag)
}

/// The outermost ancestor of `tag` that is secret, if it is.
pub(super) fn outermost_secret(tag: Tag) -> Option<Tag> {
    let secret = |slot: &&Slot| slot.secret.load(Ordering::Relaxed);
    let outermost = lineage(tag).take_while(secret).last()?;
    Some(outermost.tag.load(Ordering::Relaxed))
}

/// The outermost ancestor of `tag`.
pub(super) fn root_of(tag: Tag) -> Tag {
    let root = lineage(tag).last();
    root.map_or(NOBODY, |slot| slot.tag.load(Ordering::Relaxed))
}

/// Whether a phase was opened outside of any other.
pub(super) fn is_root(tag: Tag) -> bool {
    slot(tag).is_some_and(|slot| slot.parent.load(Ordering::Relaxed) == NOBODY)
}

/// The innermost phase that is still open, of `tag` and its ancestors.
pub(super) fn nearest_open(tag: Tag) -> Tag {
    lineage(tag)
        .find(|slot| slot.is_open())
        .map_or(NOBODY, |slot| slot.tag.load(Ordering::Relaxed))
}

/// `own` if that phase is `around` or inside it, and else `around`.
pub(super) fn innermost(own: Tag, around: Tag) -> Tag {
    let is_inside = |slot: &Slot| slot.tag.load(Ordering::Relaxed) == around;
    if own == around || lineage(own).any(is_inside) {
        own
    } else {
        around
    }
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

/// A block changes hands: phases around both keep it on their books.
pub(super) fn hand_over(from: Tag, to: Tag, bytes: usize) {
    let apart = |of: Tag, other: Tag| {
        let is_common = move |slot: &Slot| lineage(other).any(|other| std::ptr::eq(other, slot));
        lineage(of).take_while(move |slot| !is_common(slot))
    };
    apart(from, to).for_each(|slot| slot.credit(signed(bytes), 1));
    apart(to, from).for_each(|slot| slot.charge(signed(bytes), 1));
}

/// Blocks in the arenas of a phase grew.
pub(super) fn grew(tag: Tag, growth: Growth) {
    if let Some(slot) = slot(tag).filter(|_| tag != NOBODY) {
        slot.grown.add(growth);
    }
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
