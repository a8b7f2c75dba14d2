//! The one mechanism: spans of pages carved from a region, joined again when freed, kept warm.
//!
//! ```text
//! region   | live | free, warm |  live  | free |    never used     |  address space only   |
//!          0                                   top            committed                   len
//! ```
//!
//! A span is handed out again only after it was freed, so the heap is an ordinary allocator: phases
//! play no part in its soundness. Freed pages stay backed until [`SpanHeap::trim`] gives them back.
//!
//! | file | role |
//! |---|---|
//! | `heap` | allocate, free, resize: the rules of ownership |
//! | `central`, `bins`, `table` | which pages are free: page numbers only |
//! | `shards` | small spans near their threads |
//! | `ground` | the three mappings under a heap |
//! | `bits`, `fresh` | which pages read zero |
//! | `transplant`, `trim`, `policy` | which pages are backed, and by what |
//! | `figures`, `samples` | what the heap tells about itself |
//! | `kind` | what sets one heap apart from another |
//! | `locks`, `protection` | what keeps the pages of a witness where they are |
//! | `places` | addresses, for who cuts spans up further |

mod bins;
mod bits;
mod central;
mod figures;
mod fresh;
mod ground;
mod heap;
mod kind;
mod locks;
mod places;
mod policy;
mod protection;
mod samples;
mod shards;
mod table;
#[cfg(all(test, target_os = "linux"))]
mod tests;
mod transplant;
mod trim;

pub use figures::HeapStats;
pub(crate) use heap::SpanHeap;
pub(crate) use kind::RESERVE;
pub use locks::LockPolicy;
pub(crate) use locks::{LocksRequired, set_lock_policy};
pub use policy::PagePolicy;
pub use protection::{ProtectionReport, protection};
pub(crate) use samples::Sample;
pub(crate) use shards::turn;

use kind::HeapKind;

/// The heap of ordinary memory.
pub(crate) static RAM: SpanHeap = SpanHeap::new(HeapKind::RAM);

/// The heap of secrets: what is free of it reads zero.
pub(crate) static WITNESS: SpanHeap = SpanHeap::new(HeapKind::WITNESS);

/// The heap of pages in a file.
pub(crate) static FILE: SpanHeap = SpanHeap::new(HeapKind::FILE);

/// In debug builds, ends the process where an invariant does not hold: a panic would allocate, and
/// may be inside the allocator already.
#[inline]
fn check(holds: bool, what: &'static str) {
    if cfg!(debug_assertions) && !holds {
        crate::os::die(what);
    }
}
