//! `trim()` returns free pages to the kernel, those only, and the heap's figures are the kernel's.

mod common;

use common::block::Block;
use common::memory::{heap_resident, resident};
use common::{KIB, MIB, PAGE, alone};
use zkarena::{HeapStats, PagePolicy, PhaseAlloc, Retention, report, trim};

/// Small pages: then what is backed is what was touched, to the page.
#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new()
    .pages(PagePolicy::Small)
    .retention(Retention::Retain);

fn heap() -> HeapStats {
    report().heap()
}

/// Nothing free is backed, but for what reports themselves needed since.
fn assert_nothing_retained() {
    let heap = heap();
    assert!(heap.retained_bytes <= 128 * KIB as u64, "{heap:?}");
}

fn blocks(count: u64, bytes: usize) -> Vec<Block> {
    (0..count)
        .map(|id| Block::new(bytes, 8, id).expect("memory"))
        .collect()
}

/// Blocks that the kernel and the heap may count differently: the report's own.
const TOLERANCE: usize = MIB;

fn assert_agree(when: &str, inside: usize) {
    let heap = heap();
    let told = usize::try_from(heap.in_use_bytes + heap.retained_bytes).expect("a size");
    let seen = heap_resident(heap, inside);
    assert!(
        told.abs_diff(seen) <= TOLERANCE,
        "{when}: the kernel backs {seen} bytes, the heap tells of {told}"
    );
}

#[test]
fn what_is_free_goes_back_and_what_is_live_stays() {
    let _alone = alone();
    trim();
    let mut live = blocks(64, 2 * MIB);
    let inside = live[0].address();
    assert_agree("all live", inside);
    let full = resident();
    let mut odd = false;
    live.retain(|_| {
        odd = !odd;
        odd
    });
    assert_agree("half of it free", inside);
    assert!(
        heap().retained_bytes >= 64 * MIB as u64,
        "kept warm: {:?}",
        heap()
    );
    assert!(
        resident() + MIB >= full,
        "a free gives nothing back by itself"
    );

    let before = heap().trimmed_bytes;
    let given = trim();
    assert!(
        (64 * MIB..=65 * MIB).contains(&given),
        "{given} bytes of 64 MiB went back"
    );
    assert_eq!(heap().trimmed_bytes - before, given as u64);
    assert_nothing_retained();
    let left = resident();
    assert!(
        left + 63 * MIB <= full,
        "resident: {full} before, {left} after"
    );
    assert_agree("trimmed", inside);
    assert!(trim() <= MIB, "there is nothing left to give");

    live.iter().for_each(Block::check);
    let again: Vec<_> = (0..32)
        .map(|id| Block::zeroed(2 * MIB, 8, id).expect("memory"))
        .collect();
    drop((live, again));
}

#[test]
fn small_spans_kept_by_threads_go_too() {
    let _alone = alone();
    trim();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| drop(blocks(60, 16 * KIB)));
        }
    });
    trim();
    assert_nothing_retained();
}

#[test]
fn every_way_of_freeing_is_trimmed() {
    let _alone = alone();
    trim();
    let base = heap();
    // Shrunk, moved, freed from both ends: whatever is not in use ends up free.
    let mut several = blocks(12, 3 * MIB);
    assert!(several[1].resize(MIB) && several[3].resize(5 * MIB) && several[11].resize(9 * MIB));
    several.remove(11);
    several.remove(0);
    drop(several);
    trim();
    assert_nothing_retained();
    let now = heap();
    assert_eq!(
        now.in_use_bytes, base.in_use_bytes,
        "no page is lost: {base:?}, then {now:?}"
    );
    assert_eq!(now.refused_bytes, 0);
}

/// Many free spans between live ones; the pattern of the live ones is checked when they are dropped.
#[test]
fn a_heap_in_many_pieces() {
    let _alone = alone();
    trim();
    let mut pieces: Vec<Option<Block>> = blocks(3000, 17 * PAGE).into_iter().map(Some).collect();
    pieces
        .iter_mut()
        .step_by(2)
        .for_each(|piece| drop(piece.take()));
    let given = trim();
    assert!(
        (1500 * 17 * PAGE..=1501 * 17 * PAGE + MIB).contains(&given),
        "{given} bytes"
    );
    assert_nothing_retained();
    pieces
        .iter_mut()
        .step_by(2)
        .for_each(|piece| *piece = Block::zeroed(17 * PAGE, 8, 9));
}

#[test]
fn while_other_threads_work() {
    let _alone = alone();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|of| scope.spawn(move || (0..60).for_each(|round| work(of, round))))
            .collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            trim();
        }
    });
    trim();
    assert_nothing_retained();
}

/// Blocks of all kinds; each is checked when it is dropped.
fn work(thread: u64, round: u64) {
    let mut held = blocks(10, 300 * KIB);
    held.truncate(5);
    held.extend((0..5).map(|at| Block::zeroed(MIB / 2, 8, thread + round + at).expect("memory")));
    held.iter_mut().for_each(common::block::Block::fill_all);
}

/// The kernel keeps locked pages: they hold what they held, and must not pass for zero.
#[test]
fn locked_pages_stay_and_the_rest_goes() {
    let _alone = alone();
    trim();
    let low = Block::new(2 * MIB, 8, 1).expect("memory");
    let wall = Block::new(MIB, 8, 2).expect("memory");
    let mut high = Block::new(32 * MIB, 8, 3).expect("memory");
    high.fill_all();
    let at = low.address();
    let Some(locked) = Locked::pages(at, 256 * KIB) else {
        return common::skip_or_fail("256 KiB cannot be locked here (RLIMIT_MEMLOCK)");
    };
    drop((low, high));
    let given = trim();
    assert!(
        given >= 32 * MIB,
        "{given} bytes went back: the locked pages are no reason to keep the others"
    );
    let zeroed = Block::zeroed(2 * MIB, 8, 4).expect("memory");
    assert_eq!(zeroed.address(), at, "in the place of the locked one");
    drop((locked, zeroed, wall));
    trim();
    assert_nothing_retained(); // nor is anything locked any more
}

/// Pages locked into memory, until dropped.
struct Locked(usize, usize);

impl Locked {
    fn pages(start: usize, bytes: usize) -> Option<Self> {
        // SAFETY: locking changes neither content nor mapping, and fails where nothing is mapped.
        let done = unsafe { libc::mlock(std::ptr::without_provenance(start), bytes) };
        (done == 0).then_some(Self(start, bytes))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: as for locking.
        unsafe { libc::munlock(std::ptr::without_provenance(self.0), self.1) };
    }
}
