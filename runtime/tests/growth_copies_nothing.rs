//! A vector that grows alone never moves, and touches no page that it does not fill.

mod common;

use common::child::by_itself;
use common::memory::resident;
use common::{KIB, MIB, size};
use std::thread;
use zkarena::{ArenaKind, Bytes, Phase, PhaseAlloc, PhaseGuard, Plan, Site, report, with_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("growth", module_path!(), file!(), line!());

const ELEMENTS: u32 = 1 << 24;
const BYTES: usize = 4 * ELEMENTS as usize;

/// Pushes all elements one by one and looks where they lie.
fn push_all(home: Phase<'_>) {
    let mut vec = home.vec::<u32>();
    vec.push(0);
    let start = vec.as_ptr();
    for n in 1..ELEMENTS {
        vec.push(n);
        if n.is_power_of_two() {
            assert_eq!(vec.as_ptr(), start, "it moved before element {n}");
        }
    }
    assert_eq!(vec.as_ptr(), start);
    assert!(vec.iter().copied().eq(0..ELEMENTS));
}

#[test]
fn pushing_never_moves_the_only_vector() {
    if !by_itself() {
        return;
    }
    for kind in [ArenaKind::Poly, ArenaKind::Witness] {
        with_phase(|phase| {
            push_all(phase.in_kind(kind));
            let stats = phase.stats();
            assert_eq!(
                (stats.poly.bytes, stats.witness.bytes),
                (Bytes(0), Bytes(0))
            );
            let most = stats.poly.high_water.0.max(stats.witness.high_water.0);
            assert!(size(most) <= BYTES + BYTES / 20, "{most} for {BYTES}");
        });
    }
}

#[test]
fn only_pages_that_are_filled_are_touched() {
    if !by_itself() {
        return;
    }
    with_phase(|phase| {
        let before = resident();
        let mut vec = phase.vec::<u32>();
        // Not a power of two: the room behind is as large as the vector, and costs nothing.
        let len = ELEMENTS / 2 + 1000;
        (0..len).for_each(|n| vec.push(n));
        let touched = resident() - before;
        let filled = 4 * len as usize;
        assert!(
            vec.capacity() * 4 > filled * 3 / 2,
            "there is room behind it"
        );
        assert!(touched >= filled, "{touched} of {filled}");
        assert!(touched <= filled + filled / 20, "{touched} for {filled}");
    });
    let high_water = report().heap().high_water_bytes;
    assert!(
        size(high_water) <= BYTES + BYTES / 20,
        "{high_water} of the heap"
    );
}

/// Also on a thread without any place of its own, after small blocks were freed, and in a reserved chunk.
#[test]
fn wherever_it_is_the_last_block() {
    if !by_itself() {
        return;
    }
    let grows = |phase: Phase<'_>, to: usize| {
        drop((phase.boxed(1u8), phase.vec_from(&[0u64; 100])));
        let mut vec = phase.vec_from(&[1u8; 100]);
        let start = vec.as_ptr();
        while vec.len() < to {
            vec.resize(2 * vec.len(), 1); // nothing else takes pages meanwhile
        }
        assert_eq!(vec.as_ptr(), start, "it moved");
        assert!(vec.iter().all(|&byte| byte == 1));
        vec.truncate(10);
        vec.shrink_to_fit();
        assert_eq!(vec[..], [1; 10]);
    };
    with_phase(|phase| grows(*phase, 3 * MIB));
    let guard = PhaseGuard::root(&SITE, Plan::new().reserve(4 * MIB));
    grows(guard.handle(), 3 * MIB);
    let phase = guard.handle();
    thread::scope(|scope| {
        scope
            .spawn(move || grows(phase, 500 * KIB))
            .join()
            .expect("no panic");
    });
}

/// The pages of a block that shrinks go back at once, those of a witness too: they are wiped then.
#[test]
fn shrinking_gives_pages_back() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut vec = phase.vec_from(&vec![3u8; MIB]);
    let start = vec.as_ptr();
    vec.truncate(100 * KIB);
    vec.shrink_to_fit();
    assert_eq!(
        (vec.as_ptr(), phase.stats().poly.bytes),
        (start, Bytes(100 << 10))
    );
    let mut secret = phase.witness().vec_from(&vec![3u8; MIB]);
    let start = secret.as_ptr();
    secret.truncate(100 * KIB);
    secret.shrink_to_fit();
    assert_eq!(
        (secret.as_ptr(), phase.stats().witness.bytes),
        (start, Bytes(100 << 10))
    );
    secret.resize(600 * KIB, 9); // into its own tail
    assert_eq!(
        (secret.as_ptr(), phase.stats().witness.bytes),
        (start, Bytes(600 << 10))
    );
    assert!(secret[..100 * KIB].iter().all(|&byte| byte == 3));
    assert!(secret[100 * KIB..].iter().all(|&byte| byte == 9));
    vec.truncate(10);
    vec.shrink_to_fit();
    assert_eq!(vec[..], [3; 10]);
    assert_eq!(phase.stats().poly.bytes, Bytes(64 << 10), "in a chunk now");
}
