//! Every promise on one thread.

use super::{Heap, SmallHeap, heap};
use crate::layout::PAGE;
use crate::small::class::SLAB;
use crate::spans::{PagePolicy, SpanHeap};
use std::alloc::Layout;
use std::ptr::NonNull;

#[test]
fn a_closed_span_heap_has_no_small_blocks() {
    static SPANS: SpanHeap = SpanHeap::of_a_test();
    static SMALL: SmallHeap = SmallHeap::new(&SPANS);
    assert!(SMALL.alloc(Layout::new::<u64>()).is_none());
    assert!(SMALL.find(NonNull::<u8>::dangling()).is_none());
    assert_eq!(SMALL.trim(), 0);
    assert!(SPANS.open(1 << 20, PagePolicy::Small));
    assert!(SMALL.alloc(Layout::new::<u64>()).is_some(), "open by now");
}

#[test]
fn every_size_and_alignment_is_served_or_refused() {
    let heap = heap!(64);
    for size in 1..=PAGE {
        for align in (0..=13).map(|log| 1usize << log) {
            let layout = Layout::from_size_align(size, align).expect("a layout");
            let served = size.next_multiple_of(align) <= 3584;
            assert_eq!(SmallHeap::serves(layout), served, "{layout:?}");
            let block = heap.alloc(size, align, 0xa5);
            assert_eq!(block.is_some(), served, "{layout:?}");
            if let Some(block) = block {
                let (start, usable) = (block.start, heap.usable(&block));
                assert!((size..=PAGE).contains(&usable));
                heap.free(block);
                assert!(Heap::reads_zero(start, usable));
            }
        }
    }
    heap.assert_all_returned();
}

#[test]
fn spans_beside_slabs_are_not_small() {
    let heap = heap!(16);
    let mut blocks = Vec::new();
    for pages in 1..40 {
        let span = heap.spans.alloc(pages * PAGE, 0).expect("room");
        blocks.push(heap.alloc(16 * pages, 8, 1).expect("room"));
        for page in 0..pages {
            // SAFETY: inside the span.
            let at = unsafe { span.add(page * PAGE) };
            assert!(heap.small.find(at).is_none(), "page {page} of {pages}");
        }
    }
    assert!(heap.small.find(NonNull::from(&heap).cast()).is_none());
    heap.free_all(blocks);
}

#[test]
fn pages_of_a_slab_that_went_back_are_not_small() {
    let heap = heap!(1);
    let block = heap.alloc(48, 8, 1).expect("room");
    let start = block.start;
    heap.free(block);
    assert_eq!(heap.small.trim(), 1);
    let span = heap.spans.alloc(SLAB, 0).expect("room");
    assert_eq!(span, start, "the same pages");
    assert!(heap.small.find(span).is_none());
}

#[test]
fn what_others_wrote_is_not_in_a_slab() {
    let heap = heap!(1);
    let span = heap.spans.alloc(SLAB, 0).expect("room");
    // SAFETY: the span is ours, and that large.
    unsafe { span.write_bytes(0xee, SLAB) };
    // SAFETY: as above, and given up here.
    unsafe { heap.spans.free(span) };
    let block = heap.alloc(3584, 8, 1).expect("room");
    assert_eq!(block.start, span, "the same pages");
    heap.free(block);
    heap.assert_all_returned();
}

#[test]
fn one_empty_slab_per_class_is_kept() {
    let heap = heap!(16);
    let mut blocks: Vec<_> = (0..5000)
        .map(|_| heap.alloc(100, 4, 3).expect("room"))
        .collect();
    assert_eq!(heap.small.stats().blocks, 5000);
    assert_eq!(heap.small.stats().bytes, 5000 * 112);
    let slabs = heap.small.stats().slabs;
    assert_eq!(slabs, 5000_u64.div_ceil(SLAB as u64 / 112));
    heap.free_all(blocks.drain(..));
    assert_eq!(heap.small.stats().slabs, 1);
    let before = heap.spans_in_use();
    for _ in 0..3 {
        heap.free(heap.alloc(100, 4, 4).expect("room"));
        assert_eq!(heap.spans_in_use(), before, "the kept slab serves");
    }
    assert_eq!(heap.small.trim(), 1);
    heap.assert_all_returned();
}

#[test]
fn an_empty_slab_goes_wherever_it_is_in_its_list() {
    let heap = heap!(1);
    let slots = SLAB / 112;
    for order in [[0, 1], [1, 0]] {
        let mut blocks: Vec<_> = (0..2 * slots)
            .map(|_| heap.alloc(100, 4, 3).expect("room"))
            .collect();
        let second = blocks.split_off(slots);
        let mut slabs = [blocks, second];
        for slab in order {
            heap.free_all(slabs[slab].pop());
        }
        heap.free_all(slabs[0].drain(..));
        assert_eq!(heap.small.stats().slabs, 1, "the other has room");
        heap.free_all(slabs[1].drain(..));
        assert_eq!(heap.small.stats().slabs, 1, "kept");
        heap.small.trim();
    }
    heap.assert_all_returned();
}

#[test]
fn what_a_shrunk_block_lost_is_wiped() {
    let heap = heap!(1);
    let mut block = heap.alloc(640, 64, 9).expect("room");
    let start = block.start;
    assert!(heap.resize(&mut block, 577));
    // SAFETY: inside the slot.
    assert!(Heap::reads_zero(unsafe { start.add(577) }, 640 - 577));
    assert!(heap.resize(&mut block, 640) && !heap.resize(&mut block, 641));
    assert!(!heap.resize(&mut block, 576), "a smaller class has room");
    heap.free(block);
}

#[test]
fn exhaustion_is_an_answer() {
    let heap = heap!(1);
    let mut blocks = Vec::new();
    for round in 0..3 {
        let more = std::iter::from_fn(|| heap.alloc(1000, 8, 7));
        blocks.extend(more);
        assert_eq!(blocks.len(), (1 << 20) / SLAB * 32, "round {round}");
        assert!(heap.alloc(16, 8, 7).is_none());
        heap.free_all(blocks.drain(..).rev());
        heap.assert_all_returned();
    }
}
