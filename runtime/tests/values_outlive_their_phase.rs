//! Phases play no part in soundness: whatever zk-alloc breaks by reusing a phase's memory stays whole here.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use zkarena::{PhaseAlloc, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const WORDS: usize = 8 << 10;

/// A block that only its maker could have filled.
fn block(of: u64) -> Vec<u64> {
    (0..WORDS as u64)
        .map(|at| at.wrapping_mul(0x9e37_79b9).wrapping_add(of))
        .collect()
}

fn is_block(words: &[u64], of: u64) -> bool {
    words == block(of)
}

/// Two phases that want as much memory as they can get hold of.
fn two_phases() {
    for round in 0..2 {
        phase("later", || {
            let greedy: Vec<Vec<u64>> = (0..32).map(|at| block(1000 * round + at)).collect();
            assert!(
                greedy
                    .iter()
                    .zip(1000 * round..)
                    .all(|(words, of)| is_block(words, of))
            );
        });
    }
}

#[test]
fn a_vec() {
    let kept = phase("first", || block(1));
    two_phases();
    assert!(is_block(&kept, 1));
}

#[test]
fn a_hash_map() {
    let mut kept = phase("first", || {
        (0..2000u64)
            .map(|key| (key, block(key)[7]))
            .collect::<HashMap<_, _>>()
    });
    two_phases();
    kept.extend((2000..4000).map(|key| (key, block(key)[7])));
    two_phases();
    assert_eq!(kept.len(), 4000);
    assert!((0..4000).all(|key| kept.get(&key) == Some(&block(key)[7])));
}

#[test]
fn an_arc() {
    let kept = phase("first", || Arc::new([block(1), block(2)]));
    let shared = Arc::clone(&kept);
    two_phases();
    let seen = thread::spawn(move || is_block(&shared[0], 1) && is_block(&shared[1], 2)).join();
    assert!(seen.expect("a thread"));
    two_phases();
    assert_eq!(Arc::strong_count(&kept), 1);
    assert!(is_block(&kept[0], 1) && is_block(&kept[1], 2));
}

#[test]
fn a_cache_filled_by_whoever_comes_first() {
    static TWIDDLES: std::sync::OnceLock<Vec<u64>> = std::sync::OnceLock::new();
    for _ in 0..3 {
        phase("prove", || {
            assert!(is_block(TWIDDLES.get_or_init(|| block(5)), 5));
        });
        two_phases();
    }
}

#[test]
fn results_of_phases_do_not_alias() {
    let mut all: Vec<Vec<u64>> = (0..16).map(|of| phase("one", || vec![of; WORDS])).collect();
    all.push(phase("zeroed", || vec![0; WORDS]));
    for (of, words) in (0..16).zip(&all) {
        assert!(
            words.iter().all(|&word| word == of),
            "the result of phase {of}"
        );
    }
    assert!(all[16].iter().all(|&word| word == 0));
    all.sort_by_key(std::vec::Vec::as_ptr);
    assert!(
        all.is_sorted_by(|low, high| low.as_ptr_range().end <= high.as_ptr()),
        "two results share bytes"
    );
}

#[test]
fn a_hash_map_grown_within_phases() {
    let mut map = HashMap::new();
    for round in 0..20u64 {
        phase("grow", || {
            map.extend((0..1000).map(|key| (round * 1000 + key, round)));
        });
        two_phases();
    }
    assert_eq!(map.len(), 20_000);
    assert!(map.iter().all(|(key, round)| key / 1000 == *round));
}

#[test]
fn a_vec_grown_within_phases() {
    let mut all = Vec::new();
    for round in 0..10u64 {
        phase("grow", || all.extend(std::iter::repeat_n(round, 100_000)));
        phase("shrink", || all.shrink_to_fit());
        two_phases();
    }
    assert!(
        all.chunks(100_000)
            .zip(0..)
            .all(|(words, round)| words.iter().all(|&word| word == round))
    );
}

#[test]
fn the_buffers_of_a_background_thread() {
    let (ready, over) = (Barrier::new(2), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut mine: Vec<Vec<u64>> = (0..8).map(block).collect();
            ready.wait();
            for at in (0..8).cycle() {
                assert!(
                    is_block(&mine[at], at as u64),
                    "a phase elsewhere overwrote buffer {at}"
                );
                mine[at] = block(at as u64);
                if over.load(Ordering::Relaxed) {
                    break;
                }
            }
            assert!(mine.iter().zip(0..).all(|(words, of)| is_block(words, of)));
        });
        ready.wait();
        (0..4).for_each(|_| two_phases());
        over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn two_concurrent_phases() {
    let meet = Barrier::new(2);
    let side = |of: u64| {
        let mut kept = Vec::new();
        for round in 0..4 {
            meet.wait();
            kept.push(phase("side", || {
                let words = block(of + round);
                meet.wait();
                drop(block(of + round + 100));
                words
            }));
        }
        assert!(kept.iter().zip(of..).all(|(words, of)| is_block(words, of)));
    };
    thread::scope(|scope| {
        scope.spawn(|| side(1 << 32));
        scope.spawn(|| side(2 << 32));
    });
}

#[test]
fn more_threads_than_there_are_cpus() {
    let cpus = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = cpus + 5;
    let meet = Barrier::new(threads);
    // Twice: threads that ended must not use anything up.
    for _ in 0..2 {
        let results: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads as u64)
                .map(|of| {
                    let meet = &meet;
                    scope.spawn(move || {
                        meet.wait();
                        phase("own", || {
                            (0..4).map(|at| block(of * 10 + at)).collect::<Vec<_>>()
                        })
                    })
                })
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().expect("a worker"))
                .collect()
        });
        for (of, blocks) in (0..).zip(&results) {
            assert!(
                blocks
                    .iter()
                    .zip(0..)
                    .all(|(words, at)| is_block(words, of * 10 + at))
            );
        }
    }
    let heap = zkarena::report().heap();
    assert_eq!(heap.refused_bytes, 0, "every thread was served by the heap");
}
