//! A `PVec` is a `Vec` whose memory is a phase's.

use zkarena::{
    ArenaAlloc, ArenaKind, Bytes, Detach, Evals, Home, PVec, PhaseAlloc, PhaseGuard, Plan, Poly,
    Site, with_phase,
};

mod common;

use common::child::in_child;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());
static INNER: Site = Site::new("inner", module_path!(), file!(), line!());

#[test]
fn elements_of_any_size_sit_aligned() {
    fn check<T: Copy + PartialEq + std::fmt::Debug + 'static>(value: T) {
        with_phase(|phase| {
            for len in [1, 3, 64, 1000, 20_000] {
                let vec = phase.vec_from(&vec![value; len]);
                let grain = if len * size_of::<T>() >= 4096 {
                    4096
                } else {
                    64
                };
                assert!(vec.as_ptr().addr().is_multiple_of(grain));
                assert_eq!(vec[..], vec![value; len][..]);
            }
        });
    }
    check([7u8; 12]);
    check([7u32; 5]);
    check([7u64; 3]);
    check([7u64; 6]);
    check([7u64; 12]);
}

#[test]
fn pushing_grows_in_place() {
    // Alone: a neighbour's block may stand where it would grow to.
    in_child("pushing_grows_in_place", || {
        with_phase(|phase| {
            let mut vec = phase.vec::<u32>();
            vec.push(0);
            let start = vec.as_ptr();
            for n in 1..1 << 24 {
                vec.push(n);
            }
            assert_eq!(
                vec.as_ptr(),
                start,
                "the only block of its chunk never moves"
            );
            assert!((0..1 << 24).all(|n| vec[n as usize] == n));
            drop(vec);
            assert_eq!(
                phase.stats().poly.bytes,
                Bytes(0),
                "it had its pages for its own"
            );
        });
    });
}

#[test]
fn a_promoted_vector_keeps_its_pages() {
    let outer = PhaseGuard::root(&OUTER, Plan::new());
    let out = outer.handle();
    let inner = PhaseGuard::child(out, &INNER, Plan::new());
    let large = inner.handle().vec_from(&vec![5u64; 1 << 16]);
    let small = inner.handle().vec_from(&[1u64, 2, 3]);
    let at = large.as_ptr();
    let (large, small) = (large.promote(out), small.promote(out));
    drop(inner);
    assert_eq!(large.as_ptr(), at);
    assert_eq!(small[..], [1, 2, 3]);
    assert!(large.iter().all(|&value| value == 5));
    let before = out.stats().poly.bytes;
    drop(large);
    assert_eq!(before.0 - out.stats().poly.bytes.0, 8 << 16);
}

#[test]
fn budgets_hold_and_say_so() {
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(1 << 20));
    let inner = PhaseGuard::child(outer.handle(), &INNER, Plan::new());
    let phase = inner.handle();
    let kept = phase.vec_zeroed::<u8>(600 << 10);
    let refused = phase.try_vec_zeroed::<u8>(500 << 10).expect_err("over");
    assert_eq!(
        refused.to_string(),
        "phase `outer` has a budget of 1 MiB with 600 KiB in use: no room for 500 KiB more"
    );
    drop(kept);
    assert!(phase.try_vec_zeroed::<u8>(1 << 20).is_ok());
    assert!(PhaseGuard::try_root(&INNER, Plan::new().reserve(2 << 20).budget(1 << 20)).is_err());
}

#[test]
fn kinds_are_kept_apart() {
    with_phase(|phase| {
        let _poly = phase.vec_zeroed::<u8>(100 << 10);
        let _witness = phase.witness().vec_zeroed::<u8>(200 << 10);
        let _scratch = phase.scratch().vec_from(&[1u8; 100]);
        let stats = phase.stats();
        assert_eq!(stats.poly.bytes, Bytes(100 << 10));
        assert_eq!(stats.witness.bytes, Bytes(200 << 10));
        assert!(stats.scratch.bytes.0 > 0 && stats.scratch.bytes.0 < 64 << 10);
        assert_eq!(phase.witness().kind(), ArenaKind::Witness);
    });
}

#[test]
fn detached_vectors_outlive_everything() {
    let kept: PVec<'static, u32> = with_phase(|phase| phase.vec_from(&[1, 2, 3]).detach());
    assert!(matches!(kept.home(), Home::Heap));
    let copy = with_phase(|phase| {
        let poly: Poly<'_, u32, Evals> = kept.copy_into(*phase).into();
        assert!(poly.footprint().poly >= 12 && poly.footprint().heap == 0);
        poly.detach()
    });
    assert_eq!(copy[..], kept[..]);
}

#[test]
fn reset_keeps_what_is_warm() {
    let mut guard = PhaseGuard::root(&OUTER, Plan::new());
    let at = std::ptr::from_mut::<u64>(guard.handle().alloc(1u64));
    guard.reset();
    assert_eq!(std::ptr::from_mut::<u64>(guard.handle().alloc(2u64)), at);
}
