//! What backing costs over many proofs, in counts: each on a heap of its own.

use super::{PagePolicy, SpanHeap};
use crate::layout::{HUGE_PAGE, PAGE, bytes_of};
use crate::os;
use std::collections::VecDeque;
use std::ptr::NonNull;

const MIB: usize = 1 << 20;

/// A static heap with that page policy.
macro_rules! heap {
    ($policy:ident) => {{
        static HEAP: SpanHeap = SpanHeap::of_a_test();
        assert!(HEAP.open(64 << 30, PagePolicy::$policy));
        &HEAP
    }};
}

/// A block all pages of which were written.
fn written(heap: &SpanHeap, bytes: usize) -> NonNull<u8> {
    let block = heap.alloc(bytes, 1).expect("room");
    write(block, bytes);
    block
}

fn write(block: NonNull<u8>, bytes: usize) {
    for at in (0..bytes).step_by(PAGE) {
        // SAFETY: inside a block that the caller has to itself.
        let page = unsafe { block.add(at) };
        // SAFETY: as above.
        unsafe { page.write(1) };
    }
}

fn free(heap: &SpanHeap, block: NonNull<u8>) {
    // SAFETY: the tests free each block once, and forget it.
    unsafe { heap.free(block) };
}

/// Bytes of the heap's pages that are in memory, as the kernel tells.
fn resident(heap: &SpanHeap) -> usize {
    let ground = heap.ground().expect("an open heap");
    let mut backed = vec![0; ground.pages() as usize];
    assert!(os::resident(ground.region.base(), &mut backed));
    backed.iter().filter(|&&page| page & 1 == 1).count() * PAGE
}

/// Bytes of the side table that are in memory.
fn books(heap: &SpanHeap) -> usize {
    heap.ground().expect("an open heap").table.resident()
}

fn gathered(heap: &SpanHeap) -> usize {
    usize::try_from(heap.stats().gathered_bytes).expect("a size")
}

/// Gathers all there is; `false` where the machine has no huge pages, which fails in CI.
fn gathers(heap: &SpanHeap) -> bool {
    heap.gather(|| true);
    let able = gathered(heap) > 0;
    assert!(
        able || std::env::var_os("CI").is_none(),
        "nothing can be gathered here"
    );
    able
}

#[test]
fn a_block_is_gathered_once_until_it_is_given_back() {
    let heap = heap!(Auto);
    let block = written(heap, 32 * MIB);
    if !gathers(heap) {
        return;
    }
    assert_eq!(gathered(heap), 32 * MIB);
    for _ in 0..3 {
        heap.gather(|| true);
    }
    free(heap, block);
    let block = written(heap, 32 * MIB);
    heap.gather(|| true);
    assert_eq!(gathered(heap), 32 * MIB, "it was huge all the time");
    free(heap, block);
    assert_eq!(heap.trim(0), 32 * MIB);
    free(heap, written(heap, 16 * MIB));
    heap.gather(|| true);
    assert_eq!(
        gathered(heap),
        48 * MIB,
        "what came back came in small pages"
    );
}

#[test]
fn a_block_that_was_moved_is_not_gathered_again() {
    let heap = heap!(Auto);
    let low = written(heap, 32 * MIB);
    let wall = written(heap, MIB);
    if !gathers(heap) {
        return;
    }
    free(heap, low);
    let large = written(heap, 64 * MIB);
    let moved = heap.stats().moved_bytes;
    assert_eq!(moved, 32 * MIB as u64);
    heap.gather(|| true);
    let new = 64 * MIB - 32 * MIB;
    assert!(gathered(heap) <= 32 * MIB + new, "{:?}", heap.stats());
    free(heap, wall);
    free(heap, large);
}

#[test]
fn what_was_never_written_is_not_gathered() {
    let heap = heap!(Auto);
    let block = heap.alloc_zeroed(64 * MIB, 1).expect("room");
    write(block, 2 * HUGE_PAGE);
    gathers(heap);
    assert_eq!(resident(heap), 2 * HUGE_PAGE);
    assert!(gathered(heap) <= 2 * HUGE_PAGE);
    free(heap, block);
}

/// Pages are backed that were handed out, and no others: also where there were huge pages before.
#[test]
fn nothing_returns_that_was_given_back() {
    let heap = heap!(Auto);
    let block = written(heap, 32 * MIB);
    if !gathers(heap) {
        return;
    }
    free(heap, block);
    heap.trim(0);
    assert_eq!(resident(heap), 0);
    let small: Vec<_> = (0..200).map(|_| written(heap, 20 * PAGE)).collect();
    let [used, unused]: [Vec<_>; 2] = split(&small);
    for block in unused {
        free(heap, block);
    }
    heap.gather(|| true);
    heap.trim(0);
    assert_eq!(resident(heap), heap.touched_bytes());
    assert_eq!(heap.touched_bytes(), used.len() * 20 * PAGE);
    for block in used {
        free(heap, block);
    }
}

/// Every other one, and the others.
fn split(blocks: &[NonNull<u8>]) -> [Vec<NonNull<u8>>; 2] {
    [0, 1].map(|odd| blocks.iter().skip(odd).step_by(2).copied().collect())
}

#[test]
fn books_of_what_is_free_go_back() {
    let heap = heap!(Small);
    let blocks: Vec<_> = (0..4096).map(|_| written(heap, 20 * PAGE)).collect();
    let full = books(heap);
    assert!(full >= 4096 * 20 * 16, "an entry of 16 bytes for a page");
    let last = blocks[4095];
    blocks[..4095].iter().for_each(|&block| free(heap, block));
    heap.trim(0);
    assert!(books(heap) <= 4 * PAGE, "{} of {full}", books(heap));
    let again = written(heap, 200 * MIB);
    free(heap, last);
    free(heap, again);
}

/// One of several provers that work at once.
#[derive(Default)]
struct Prover {
    /// Blocks of the proof at hand.
    held: Vec<NonNull<u8>>,
    /// What outlives it: the latest few proofs.
    results: VecDeque<NonNull<u8>>,
    /// Steps taken of the proof at hand.
    step: usize,
}

/// Steps of a proof.
const STEPS: usize = 24;

impl Prover {
    /// Takes the next step of a proof of some 60 MiB: it grows, shrinks by half, grows again, leaves a result.
    fn advance(&mut self, heap: &SpanHeap, random: &mut Random) {
        match self.step {
            8 | 12 => {
                let half = self.held.len() / 2;
                self.held.drain(..half).for_each(|block| free(heap, block));
            }
            23 => {
                self.results.push_back(written(heap, random.size(MIB, 2)));
                self.held.drain(..).for_each(|block| free(heap, block));
                if self.results.len() > 4 {
                    self.results
                        .pop_front()
                        .into_iter()
                        .for_each(|block| free(heap, block));
                }
            }
            step if step % 2 == 0 => self.held.push(written(heap, random.size(4 * MIB, 3))),
            _ => self.held.push(written(heap, random.size(8 * PAGE, 8))),
        }
        self.step = (self.step + 1) % STEPS;
    }
}

/// The same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    /// Up to `times` times `least` bytes.
    fn size(&mut self, least: usize, times: usize) -> usize {
        least + self.below((times - 1) * least)
    }
}

/// Three provers, none of which waits for the others, so that something is alive at any time.
#[test]
fn proofs_one_after_another_use_nothing_up() {
    let heap = heap!(Auto);
    let mut random = Random(7);
    let mut provers: [Prover; 3] = std::array::from_fn(|_| Prover::default());
    let mut moved = Vec::new();
    for round in 0..50 {
        for _ in 0..3 * STEPS {
            provers[random.below(3)].advance(heap, &mut random);
        }
        heap.gather(|| true);
        moved.push(heap.stats().moved_bytes);
        assert_follows_the_high_water(heap, round);
    }
    let most = heap.stats().high_water_bytes;
    assert!(moved[49] - moved[24] <= most, "{most} in use: {moved:?}");
}

/// What the heap has of addresses, books and memory is what its blocks needed at most, and a quarter.
fn assert_follows_the_high_water(heap: &SpanHeap, round: usize) {
    let stats = heap.stats();
    let most = usize::try_from(stats.high_water_bytes).expect("a size");
    let most = most + most / 4;
    let reach = bytes_of(heap.central.lock().top());
    assert!(
        reach <= most,
        "round {round}: a reach of {reach}, {stats:?}"
    );
    let books = books(heap);
    assert!(
        books <= most / PAGE * 16 + PAGE,
        "round {round}: books of {books}, {stats:?}"
    );
    let (touched, gathered) = (heap.touched_bytes(), gathered(heap));
    assert!(
        touched <= most,
        "round {round}: {touched} touched, {stats:?}"
    );
    assert!(
        gathered <= most,
        "round {round}: nothing was given back, {stats:?}"
    );
}
