//! Small blocks on spans, for heaps whose content must not outlast its use: what is freed is wiped at
//! once, so a free block reads zero, and so does a slab that goes back.
//!
//! A slab is a span cut into slots of one class. What is known about it lies elsewhere: there is no
//! word of ours between the slots nor in free ones, so an overflow cannot reach the bookkeeping, and
//! a wiped slot stays wiped.
//!
//! ```text
//! span heap | slab: 48-byte slots | span of a user | slab: 640-byte slots | free |
//! entries   | pages 0..8: first page, class, shard, free slots | 8..16 | 16..24  |   a mapping of its own
//! shard     | per class, the slabs with a free slot |                               one lock each
//! ```
//!
//! An entry per slab's worth of pages is enough (see [`Slabs`](slabs::Slabs)), so a block's slab,
//! class and slot follow from its address.
//!
//! | file | role |
//! |---|---|
//! | `heap` | allocate, free, resize: the rules of ownership |
//! | `rooms` | a shard's lists of slabs with room |
//! | `slabs` | the entries, found by page number |
//! | `slots` | which slots of a slab are free: bits only |
//! | `class` | sizes, alignments, slot numbers: integers only |

mod class;
mod heap;
mod rooms;
mod slabs;
mod slots;
#[cfg(test)]
mod tests;

pub(crate) use heap::SmallHeap;
#[cfg(test)]
use heap::SmallStats;

use crate::spans::WITNESS;

/// Small blocks of witnesses.
pub(crate) static SMALL: SmallHeap = SmallHeap::new(&WITNESS);
