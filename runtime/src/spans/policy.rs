//! Which pages back the heap: small or huge, and when.
//!
//! No fixed answer is right. A huge page costs a fraction of its 512 small ones where the machine
//! has it at hand, and several times as much where a hypervisor must find it first; and once warm,
//! huge pages save address translation everywhere. So [`PagePolicy::Auto`] grows with small pages,
//! whose cost is known, and gathers what stays warm into huge pages between proofs, on a budget that
//! is measured in time: where huge pages are cheap all is gathered after a proof or two, where they
//! are dear it takes many, and the cost of finding out is bounded either way. A block is gathered once,
//! until pages of it are given back; then it grows with small pages, as before.
//!
//! Choosing at growth by timing the first block of each kind was tried and dropped: one cheap huge
//! page says nothing about the next hundred, and a cold proof took up to twice as long.
#![forbid(unsafe_code)]

use super::central::Central;
use super::ground::Ground;
use super::heap::SpanHeap;
use super::table::Span;
use crate::layout::{HUGE_PAGE, HUGE_PAGES, bytes_of, whole_pages};
use crate::lock::Held;
use crate::os::{self, Advice};
use crate::region::Region;
use crate::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// Which pages back the span heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PagePolicy {
    /// Small pages while the heap grows; what a second proof finds warm is gathered into huge ones in the
    /// gaps between proofs, for at most a tenth of the time spent in phases.
    #[default]
    Auto,
    /// Small pages, always.
    Small,
    /// Huge pages for large blocks, from the start.
    Huge,
}

/// Runs below this (8 MiB) are backed by small pages, whatever the policy.
const LARGE: u32 = whole_pages(8 << 20);

/// The policy, and what gathering did.
#[derive(Debug)]
pub(super) struct Pages {
    policy: AtomicU8,
    gathered_bytes: AtomicU64,
}

impl Pages {
    pub(super) const fn new() -> Self {
        Self {
            policy: AtomicU8::new(PagePolicy::Auto as u8),
            gathered_bytes: AtomicU64::new(0),
        }
    }

    pub(super) fn set(&self, policy: PagePolicy) {
        self.policy.store(policy as u8, Ordering::Relaxed);
    }

    pub(super) fn policy(&self) -> PagePolicy {
        match self.policy.load(Ordering::Relaxed) {
            1 => PagePolicy::Small,
            2 => PagePolicy::Huge,
            _ => PagePolicy::Auto,
        }
    }

    pub(super) fn gathered_bytes(&self) -> u64 {
        self.gathered_bytes.load(Ordering::Relaxed)
    }

    /// Part of the region was just committed: small pages until something else is decided.
    pub(super) fn committed(region: &Region, before: usize) {
        let more = region.committed() - before;
        if let Some(start) = region.at(before).filter(|_| more > 0) {
            os::advise(start, more, Advice::Small);
        }
    }

    /// A span is about to be used.
    #[inline]
    pub(super) fn before_use(&self, ground: &Ground, span: Span) {
        if span.pages >= LARGE && self.policy() == PagePolicy::Huge {
            for run in ground
                .touched
                .runs(span, false)
                .filter(|run| run.pages >= LARGE)
            {
                advise(ground, whole_blocks(run), Advice::Huge);
            }
        }
    }
}

/// The aligned blocks of a run of at least two.
fn whole_blocks(run: Span) -> Span {
    let first = run.first.next_multiple_of(HUGE_PAGES);
    let end = run.end() & !(HUGE_PAGES - 1);
    Span {
        first,
        pages: end - first,
    }
}

fn advise(ground: &Ground, span: Span, advice: Advice) -> bool {
    let start = ground.address(span.first);
    start.is_some_and(|start| os::advise(start, bytes_of(span.pages), advice))
}

/// Whether every page of a block is in memory: one that was handed out may never have been written,
/// and gathering would write it. Where nobody knows, it is not.
fn is_backed(ground: &Ground, block: Span) -> bool {
    let mut backed = [0u8; HUGE_PAGES as usize];
    let start = ground.address(block.first);
    start.is_some_and(|start| os::resident(start, &mut backed))
        && backed.iter().all(|page| page & 1 == 1)
}

impl SpanHeap {
    /// Gathers backed blocks into huge pages, lowest addresses first, while `go_on` says so: each once,
    /// until pages of it are given back. Does nothing unless the policy is `Auto`.
    ///
    /// Live blocks may be gathered too: the kernel keeps their content and addresses. But it copies
    /// them, and frees what it copied from as it is: of a heap of secrets only what is free, and reads
    /// zero, is gathered.
    pub(crate) fn gather(&self, go_on: impl Fn() -> bool) {
        let Some(ground) = self
            .ground()
            .filter(|_| self.pages.policy() == PagePolicy::Auto)
        else {
            return;
        };
        if self.kind.secret {
            self.shards.drain(|span| self.free_central(ground, span));
        }
        let all = ground.blocks(Span::new(0, ground.pages()), true);
        for block in all.filter(|&block| !ground.is_gathered(block)) {
            if !go_on() || !self.gather_block(ground, block) {
                break;
            }
        }
    }

    /// `false` if the machine has no huge page to give now.
    fn gather_block(&self, ground: &Ground, block: Span) -> bool {
        let held = self.kind.secret.then(|| self.central.lock()); // so that it stays free meanwhile
        let free = |central: &Held<'_, Central>| central.is_free(&ground.table, block);
        if !held.as_ref().is_none_or(free) || !is_backed(ground, block) {
            return true;
        }
        let done = advise(ground, block, Advice::Huge) && advise(ground, block, Advice::Collapse);
        // Or whoever touches a page of it, once it was given back, would have all of it back; the
        // kernel would see to that by itself, too.
        advise(ground, block, Advice::Small);
        if done {
            ground.set_gathered(block);
            self.pages
                .gathered_bytes
                .fetch_add(HUGE_PAGE as u64, Ordering::Relaxed);
        }
        done
    }
}
