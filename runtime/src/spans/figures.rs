//! What the heap tells about itself.
#![forbid(unsafe_code)]

use super::central::Central;
use super::ground::Ground;
use super::heap::SpanHeap;
use super::samples::{SAMPLES, Sample};
use super::table::Use;
use crate::layout::{PAGE, bytes_of};
use crate::os;
use crate::sync::atomic::Ordering;

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
    /// Bytes gathered into huge pages so far, as [`PagePolicy::Auto`](crate::PagePolicy::Auto) does: those
    /// that were given back and gathered anew count again.
    pub gathered_bytes: u64,
    /// Bytes of idle pages moved under new blocks so far: no byte of them is copied.
    pub moved_bytes: u64,
    /// Bytes that the heap had no room for, so that the inner allocator served them.
    pub refused_bytes: u64,
}

/// What [`SpanHeap::retag`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retagged {
    /// Blocks that changed hands.
    pub(crate) blocks: u64,
    /// The largest of them, in whole pages.
    pub(crate) largest_bytes: usize,
}

impl SpanHeap {
    /// Hands the blocks of one owner to another, at most `expected` of them.
    pub(crate) fn retag(&self, from: u32, to: u32, expected: u64) -> Retagged {
        let mut moved = Retagged::default();
        let Some(ground) = self.ground().filter(|_| expected > 0) else {
            return moved;
        };
        let central = self.central.lock();
        let mut at = 0;
        while at < central.top() && moved.blocks < expected {
            let span = ground.table.span_at(at);
            if ground.table.usage(at) == Some(Use::Live) && ground.table.retag(at, from, to) {
                moved.blocks += 1;
                moved.largest_bytes = moved.largest_bytes.max(bytes_of(span.pages));
            }
            at = span.end();
        }
        moved
    }

    /// Bytes of pages that are backed, or were once written, whether they are in use or free.
    #[inline]
    pub(crate) fn touched_bytes(&self) -> usize {
        self.ground()
            .map_or(0, |ground| ground.touched.pages() * PAGE)
    }

    /// Bytes given back so far.
    pub(crate) fn trimmed_bytes(&self) -> u64 {
        self.trimmed.load(Ordering::Relaxed)
    }

    /// Figures of now.
    pub(crate) fn stats(&self) -> HeapStats {
        let Some(ground) = self.ground() else {
            return HeapStats::default();
        };
        let kept = self.shards.pages();
        let central = self.central.lock();
        let in_use = central.in_use().saturating_sub(kept);
        HeapStats {
            reserved_bytes: ground.region.len() as u64,
            in_use_bytes: bytes_of(in_use) as u64,
            high_water_bytes: bytes_of(central.high_water()) as u64,
            retained_bytes: (ground.touched.pages().saturating_sub(in_use as usize) * PAGE) as u64,
            trimmed_bytes: self.trimmed_bytes(),
            gathered_bytes: self.pages.gathered_bytes(),
            moved_bytes: self.moved.load(Ordering::Relaxed),
            refused_bytes: self.refused.load(Ordering::Relaxed),
        }
    }

    /// Appends the samples taken so far, and one of now.
    pub(crate) fn samples(&self, into: &mut Vec<Sample>) {
        // Room is made before the lock is taken: growing the vector may need this very heap.
        into.reserve(SAMPLES + 1);
        let central = self.central.lock();
        into.extend_from_slice(central.samples.as_slice());
        if let Some(ground) = self.ground() {
            into.push(Sample {
                at_ns: os::now_ns(),
                ..sample(ground, &central)
            });
        }
    }
}

/// Records how much memory is in use, if that moved enough.
pub(super) fn note_sample(ground: &Ground, central: &mut Central) {
    let Sample {
        in_use, touched, ..
    } = sample(ground, central);
    central.samples.note(in_use, touched);
}

/// Memory now, but for the time.
fn sample(ground: &Ground, central: &Central) -> Sample {
    let touched = u32::try_from(ground.touched.pages()).unwrap_or(u32::MAX);
    Sample {
        at_ns: 0,
        in_use: central.in_use(),
        touched,
    }
}
