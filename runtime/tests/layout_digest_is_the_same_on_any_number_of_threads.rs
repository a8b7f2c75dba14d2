//! The layout digest says what was requested, not by whom, in which order, or where it was put.

use allocator_api2::alloc::Allocator;
use rayon::prelude::*;
use std::alloc::Layout;
use zkarena::{LayoutDigest, Phase, PhaseAlloc, PhaseGuard, Plan, Site, with_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("digest", module_path!(), file!(), line!());

const PIECES: usize = 400;

/// What piece `index` of some work requests: small and large blocks in every kind, vectors that grow and shrink.
fn piece(index: usize, phase: Phase<'_>) {
    phase.alloc(index);
    phase.local().copy(&vec![1u8; 10 + index % 50]);
    phase.witness().zeroed::<u64>(index * 37);
    phase.scratch().copy(&vec![2u16; index % 100]);
    phase.scratch().zeroed::<u8>((index % 3) << 16);
    phase.alloc(());
    let mut growing = phase.vec::<u64>();
    growing.extend(0..(index as u64 % 20) * 1000);
    growing.truncate(index % 7);
    growing.shrink_to_fit();
    growing.extend_from_slice(&[7; 100]);
}

/// The digest of all pieces on `threads` threads, in a phase opened with `plan`.
fn digest_on(threads: usize, plan: Plan, piece: impl Fn(usize, Phase<'_>) + Sync) -> LayoutDigest {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.build().expect("a pool");
    let guard = PhaseGuard::root(&SITE, plan);
    let phase = guard.handle();
    pool.install(|| {
        (0..PIECES)
            .into_par_iter()
            .for_each(|index| piece(index, phase));
    });
    phase.layout_digest()
}

#[test]
fn on_pools_of_1_to_8_threads() {
    let expected = digest_on(1, Plan::new(), piece);
    for threads in [2, 4, 8] {
        assert_eq!(
            digest_on(threads, Plan::new(), piece),
            expected,
            "{threads}"
        );
    }
}

/// Where blocks come from plays no part: a reserved chunk holds large ones that otherwise have pages of their own.
#[test]
fn with_and_without_a_reservation() {
    let work = |plan| {
        let guard = PhaseGuard::root(&SITE, plan);
        (0..PIECES).for_each(|index| piece(index, guard.handle()));
        guard.handle().layout_digest()
    };
    assert_eq!(work(Plan::new()), work(Plan::new().reserve(64 << 20)));
    assert_eq!(
        work(Plan::new()),
        digest_on(3, Plan::new().reserve(8 << 20), piece)
    );
}

#[test]
fn on_hundreds_of_threads_some_of_which_share_a_place() {
    let work = |threads: usize| {
        let guard = PhaseGuard::root(&SITE, Plan::new());
        let phase = guard.handle();
        let all_here = std::sync::Barrier::new(threads);
        std::thread::scope(|scope| {
            for at in 0..threads {
                let all_here = &all_here;
                let small = std::thread::Builder::new().stack_size(128 << 10);
                let work = move || {
                    phase.alloc(at);
                    all_here.wait();
                    (at..300).step_by(threads).for_each(|index| {
                        phase.witness().alloc([index; 3]);
                    });
                    all_here.wait();
                };
                small.spawn_scoped(scope, work).expect("a thread");
            }
        });
        (0..300 - threads).for_each(|_| _ = phase.alloc(0usize));
        phase.layout_digest()
    };
    assert_eq!(work(300), work(3));
}

#[test]
fn one_request_that_differs_shows() {
    let expected = digest_on(2, Plan::new(), piece);
    let with = |extra: fn(Phase<'_>)| {
        digest_on(2, Plan::new(), |index, phase| {
            piece(index, phase);
            if index == 77 {
                extra(phase);
            }
        })
    };
    let block = |phase: Phase<'_>, bytes, align| {
        let layout = Layout::from_size_align(bytes, align).expect("a layout");
        phase.allocate(layout).expect("memory");
    };
    let others = [
        with(|phase| _ = phase.alloc(1u8)),
        with(|phase| _ = phase.alloc(1u16)),
        with(|phase| _ = phase.alloc([1u8; 2])),
        with(|phase| _ = phase.witness().alloc(1u8)),
        with(|phase| _ = phase.scratch().alloc(1u8)),
        with(|phase| _ = phase.zeroed::<u8>(100_000)),
        with(|phase| _ = phase.zeroed::<u8>(100_001)),
        with(|phase| phase.vec_with::<u8>(10).reserve(100)),
    ];
    for (at, digest) in others.iter().enumerate() {
        assert_ne!(*digest, expected, "request {at} does not count");
        assert_eq!(others.iter().filter(|other| *other == digest).count(), 1);
    }
    let aligned: Vec<LayoutDigest> = (0..22)
        .map(|log| {
            with_phase(|phase| {
                block(*phase, 1 << 20, 1 << log);
                phase.layout_digest()
            })
        })
        .collect();
    let different: std::collections::HashSet<_> = aligned.iter().collect();
    assert_eq!(different.len(), 22, "every alignment counts");
}

/// A phase begins with nothing requested, whatever the one before it on the same memory did.
#[test]
fn nothing_is_left_of_the_phase_before() {
    let nothing = with_phase(|phase| phase.layout_digest());
    for _ in 0..50 {
        with_phase(|phase| {
            assert_eq!(phase.layout_digest(), nothing);
            phase.alloc(());
            phase.zeroed::<u32>(0);
            assert_eq!(phase.layout_digest(), nothing, "there is nothing to place");
        });
        let mut guard = PhaseGuard::root(&SITE, Plan::new());
        piece(3, guard.handle());
        assert_ne!(guard.handle().layout_digest(), nothing);
        guard.reset();
        assert_eq!(guard.handle().layout_digest(), nothing);
        guard.handle().alloc(());
        piece(3, guard.handle());
        let again = guard.handle().layout_digest();
        assert_eq!(
            again,
            with_phase(|phase| {
                piece(3, *phase);
                phase.layout_digest()
            })
        );
    }
}

#[test]
fn requests_without_bytes_do_not_count() {
    with_phase(|phase| {
        let before = phase.layout_digest();
        phase.alloc(1u8);
        let one = phase.layout_digest();
        assert_ne!(before, one);
        phase.alloc(());
        let aligned = Layout::from_size_align(0, 1 << 14).expect("a layout");
        phase.allocate(aligned).expect("no memory");
        phase.allocate_zeroed(aligned).expect("no memory");
        assert_eq!(phase.layout_digest(), one);
    });
}
