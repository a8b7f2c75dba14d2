//! A shadow map beside the heap.
#![forbid(unsafe_code)]

use super::{Heap, heap};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Alloc { size: usize, align: usize },
    Free(prop::sample::Index),
    Resize(prop::sample::Index, usize),
    Trim,
}

fn step() -> impl Strategy<Value = Step> {
    // Few sizes often, so that slabs fill up; all sizes now and then.
    let size = prop_oneof![
        3 => prop::sample::select(vec![48usize, 1500, 3000, 3584]),
        1 => 1..3585usize,
    ];
    let align = prop_oneof![3 => Just(8usize), 1 => (0..12u32).prop_map(|log| 1 << log)];
    prop_oneof![
        60 => (size, align).prop_map(|(size, align)| Step::Alloc { size, align }),
        40 => any::<prop::sample::Index>().prop_map(Step::Free),
        15 => (any::<prop::sample::Index>(), 1..3585usize).prop_map(|(at, size)| Step::Resize(at, size)),
        1 => Just(Step::Trim),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn agrees_with_a_shadow_map(steps in prop::collection::vec(step(), 1..1500)) {
        let heap = heap!(64);
        let mut live = Vec::new();
        let mut shadow = BTreeMap::new();
        for (step, fill) in steps.into_iter().zip((1..=255u8).cycle()) {
            match step {
                Step::Alloc { size, align } => {
                    let Some(block) = heap.alloc(size, align, fill) else {
                        prop_assert!(size.next_multiple_of(align) > 3584);
                        continue;
                    };
                    let (start, end) = (block.range().0, block.range().0 + heap.usable(&block));
                    let below = shadow.range(..end).next_back();
                    prop_assert!(below.is_none_or(|(_, &end)| end <= start), "overlap");
                    shadow.insert(start, end);
                    live.push(block);
                }
                Step::Free(at) if !live.is_empty() => {
                    let block = live.swap_remove(at.index(live.len()));
                    let (start, usable) = (block.start, heap.usable(&block));
                    shadow.remove(&block.range().0);
                    heap.free(block);
                    prop_assert!(Heap::reads_zero(start, usable));
                }
                Step::Resize(at, size) if !live.is_empty() => {
                    let at = at.index(live.len());
                    heap.resize(&mut live[at], size);
                }
                Step::Free(_) | Step::Resize(..) => {}
                Step::Trim => { heap.small.trim(); }
            }
            prop_assert_eq!(heap.small.stats().blocks, live.len() as u64);
        }
        heap.free_all(live);
        heap.assert_all_returned();
    }
}
