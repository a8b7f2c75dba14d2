//! What a plan reserves serves blocks of every size, to the last page, again after a reset.

mod common;

use common::{KIB, MIB, PAGE};
use zkarena::{ArenaAlloc, Bytes, PVec, Phase, PhaseAlloc, PhaseGuard, Plan, Site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("reserved", module_path!(), file!(), line!());
static INNER: Site = Site::new("inside", module_path!(), file!(), line!());

const SIZES: [usize; 6] = [4 * KIB, 60 * KIB, 64 * KIB, 128 * KIB, 512 * KIB, 2 * MIB];

fn held(phase: Phase<'_>) -> usize {
    usize::try_from(phase.stats().poly.bytes.0).expect("fits")
}

#[test]
fn to_the_last_page() {
    for bytes in SIZES {
        let reserved = 3 * bytes;
        let guard = PhaseGuard::root(&SITE, Plan::new().reserve(reserved).budget(reserved));
        let phase = guard.handle();
        assert_eq!(held(phase), reserved);
        let blocks = [(); 3].map(|()| phase.vec_zeroed::<u8>(bytes));
        assert!(blocks.iter().flatten().all(|&byte| byte == 0));
        assert_eq!(held(phase), reserved, "blocks of {bytes}");
        assert_eq!(phase.stats().poly.high_water, Bytes(reserved as u64));
        phase.try_vec_with::<u8>(1).expect_err("it is used up");
        drop(blocks); // from the first to the last: only the last is taken back
        assert_eq!(held(phase), reserved);
        phase.vec_from(&vec![1u8; bytes]);
    }
}

#[test]
fn a_block_without_room_has_pages_of_its_own() {
    let guard = PhaseGuard::root(&SITE, Plan::new().reserve(100 * KIB));
    let phase = guard.handle();
    let beside = phase.vec_zeroed::<u8>(128 * KIB);
    let inside = phase.vec_zeroed::<u8>(96 * KIB);
    assert_eq!(held(phase), 228 * KIB);
    drop(beside);
    assert_eq!(held(phase), 100 * KIB);
    drop(inside);
    let small = phase.vec_zeroed::<u8>(4 * KIB);
    assert_eq!(held(phase), 100 * KIB);
    drop(small);
}

/// A chunk that is taken when the one before is full was not asked for.
#[test]
fn a_chunk_that_nobody_reserved_is_for_small_blocks() {
    let guard = PhaseGuard::root(&SITE, Plan::new().reserve(4 * KIB));
    let phase = guard.handle();
    (0..40).for_each(|_| phase.vec_zeroed::<u8>(4 * KIB).leak()[0] = 1);
    let before = held(phase);
    let large = phase.vec_zeroed::<u8>(64 * KIB);
    assert_eq!(held(phase), before + 64 * KIB);
    drop(large);
    assert_eq!(held(phase), before);
}

#[test]
fn a_chunk_that_grew_is_used_up() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let _first = phase.boxed(1u64);
    let mut grown = phase.vec_from(&[1u8; 100]);
    let start = grown.as_ptr();
    while grown.len() < 300 * KIB {
        grown.resize(2 * grown.len(), 1);
    }
    if grown.as_ptr() != start {
        return; // a neighbour's block was in the way
    }
    drop(grown);
    let before = held(phase);
    let _large = phase.vec_zeroed::<u8>(200 * KIB);
    assert_eq!(held(phase), before);
}

#[test]
fn a_reset_makes_it_whole_again() {
    for bytes in SIZES {
        let reserved = 3 * bytes;
        let plan = Plan::new().reserve(reserved).budget(reserved);
        let mut guard = PhaseGuard::root(&SITE, plan);
        let start = guard.handle().vec_zeroed::<u8>(bytes).as_ptr();
        for round in 0..3 {
            guard.reset();
            let phase = guard.handle();
            let blocks = [(); 3].map(|()| phase.vec_from(&vec![round; bytes]));
            assert_eq!(blocks[0].as_ptr(), start);
            assert_eq!(held(phase), reserved);
        }
    }
}

/// Also when the phase has gone on in other chunks meanwhile.
#[test]
fn a_reset_goes_back_to_it() {
    let mut guard = PhaseGuard::root(&SITE, Plan::new().reserve(256 * KIB));
    for round in 0..3u8 {
        let phase = guard.handle();
        let blocks = [(); 2].map(|()| phase.vec_from(&vec![round; 128 * KIB]));
        assert_eq!(held(phase), 256 * KIB, "round {round}");
        (0..1000u64).for_each(|n| *phase.alloc(n) += 1);
        assert!(held(phase) > 256 * KIB);
        assert!(blocks.iter().flatten().all(|&byte| byte == round));
        drop(blocks);
        guard.reset();
        assert_eq!(held(guard.handle()), 256 * KIB);
    }
}

/// Other threads' chunks are their own.
#[test]
fn a_reset_on_several_threads() {
    let mut guard = PhaseGuard::root(&SITE, Plan::new().reserve(128 * KIB));
    for round in 0..3u64 {
        let phase = guard.handle();
        std::thread::scope(|scope| {
            let work = |seed: u64| {
                let rows: Vec<_> = (0..300u64).map(|n| phase.alloc([seed + n; 16])).collect();
                let right = |(n, row): (u64, &&mut [u64; 16])| **row == [seed + n; 16];
                assert!((0..).zip(&rows).all(right));
            };
            let threads = [1000, 2000].map(|seed| scope.spawn(move || work(round + seed)));
            work(round + 3000);
            _ = threads.map(|thread| thread.join().expect("no panic"));
        });
        assert!(held(guard.handle()) >= 256 * KIB);
        guard.reset();
        assert_eq!(held(guard.handle()), (128 + 2 * 64) * KIB);
    }
}

/// A block that fills the chunk and grows beyond gets the chunk for its own.
#[test]
fn a_block_may_take_it_away() {
    let mut guard = PhaseGuard::root(&SITE, Plan::new().reserve(64 * KIB));
    let phase = guard.handle();
    let mut grown = phase.vec_from(&vec![1u8; 64 * KIB]);
    grown.resize(128 * KIB, 2); // where it is, or elsewhere if a neighbour is in the way
    let other = phase.vec_from(&[3u8; 100]);
    assert_eq!(held(phase), 192 * KIB);
    assert!(grown[..64 * KIB].iter().all(|&byte| byte == 1));
    drop((grown, other));
    guard.reset();
    assert_eq!(held(guard.handle()), 64 * KIB);
    let again = [(); 20].map(|()| guard.handle().vec_from(&[4u8; 3000]));
    assert!(again.iter().flatten().all(|&byte| byte == 4));
}

/// Blocks of a reserved chunk share their pages: they are copied to another phase, and the chunk stays.
#[test]
fn its_blocks_are_copied_when_they_are_promoted() {
    let outer = PhaseGuard::root(&SITE, Plan::new());
    let mut inner = PhaseGuard::child(outer.handle(), &INNER, Plan::new().reserve(512 * KIB));
    for round in 0..3u8 {
        let (out, phase) = (outer.handle(), inner.handle());
        let [first, second] = [(); 2].map(|()| phase.vec_from(&vec![round; 128 * KIB]));
        let at = second.as_ptr();
        let promoted = second.promote(out);
        assert_ne!(promoted.as_ptr(), at);
        assert_eq!((held(phase), held(out)), (512 * KIB, 128 * KIB));
        let next = phase.vec_from(&vec![100u8; 128 * KIB]); // in the place that is free now
        assert_eq!(next.as_ptr(), at);
        let both: [PVec<'_, u8>; 2] = [first.promote(out), promoted];
        assert!(both.iter().flatten().all(|&byte| byte == round));
        drop(both);
        assert_eq!((held(phase), held(out)), (512 * KIB, 0));
        drop(next);
        inner.reset();
    }
}

#[test]
fn whole_pages_are_reserved() {
    let guard = PhaseGuard::root(&SITE, Plan::new().reserve(1));
    assert_eq!(held(guard.handle()), PAGE);
}
