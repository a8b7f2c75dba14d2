//! A budget holds at every moment, on any number of threads and for all phases inside; what refuses
//! says so; and whatever ends gives everything back.
#![allow(
    clippy::large_stack_arrays,
    reason = "the value of a box is made on the stack"
)]

mod common;

use allocator_api2::alloc::Allocator;
use common::child::by_itself;
use common::random::Random;
use common::{KIB, MIB, size};
use std::alloc::Layout;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use zkarena::{
    AllocError, ArenaAlloc, Home, PVec, Phase, PhaseAlloc, PhaseGuard, PhaseStats, Plan, Site,
    report,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());
static INNER: Site = Site::new("inner", module_path!(), file!(), line!());

fn held(phase: Phase<'_>) -> usize {
    let PhaseStats {
        poly,
        witness,
        scratch,
        ..
    } = phase.stats();
    size(poly.bytes.0) + size(witness.bytes.0) + size(scratch.bytes.0)
}

/// Takes and frees blocks in a phase as far as its budget goes; returns how often it was refused.
fn press(phase: Phase<'_>, random: &mut Random, rounds: usize) -> usize {
    let (mut kept, mut refused) = (Vec::<PVec<'_, u8>>::new(), 0);
    for _ in 0..rounds {
        let bytes = random.size(1, MIB);
        let home = if random.one_in(2) {
            phase
        } else {
            phase.witness()
        };
        match random.below(4) {
            0 => kept.truncate(kept.len() / 2),
            1 if !kept.is_empty() => {
                let at = random.below(kept.len());
                refused += usize::from(kept[at].try_reserve(bytes).is_err());
            }
            2 => match home.try_vec_zeroed(bytes) {
                Ok(vec) => kept.push(vec),
                Err(_) => refused += 1,
            },
            _ => match home.try_vec_with(bytes) {
                Ok(vec) => kept.push(vec),
                Err(_) => refused += 1,
            },
        }
    }
    refused
}

/// Runs `beside` again and again on another thread, as long as `work` runs.
fn beside(beside: impl Fn() + Sync, work: impl FnOnce()) {
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                beside();
            }
        });
        let _done = Done(&done); // also if `work` panics
        work();
    });
}

#[test]
fn on_several_threads_at_once() {
    const BUDGET: usize = 2 * MIB;
    let guard = PhaseGuard::root(&OUTER, Plan::new().budget(BUDGET));
    let phase = guard.handle();
    let mut random = Random::of_test("on_several_threads_at_once");
    let look = || {
        // Each by itself: two looks at two arenas are not one moment.
        let stats = phase.stats();
        assert!(size(stats.poly.bytes.0) <= BUDGET, "{stats:?}");
        assert!(size(stats.witness.bytes.0) <= BUDGET, "{stats:?}");
        thread::yield_now();
    };
    beside(look, || {
        let refused: usize = thread::scope(|scope| {
            let press = |mut random| scope.spawn(move || press(phase, &mut random, 400));
            let threads: Vec<_> = (0..4).map(|_| press(random.fork())).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .sum()
        });
        assert!(refused > 0, "the budget was no limit");
    });
    let most = phase.stats();
    assert!(size(most.poly.high_water.0) <= BUDGET);
    assert!(size(most.witness.high_water.0) <= BUDGET);
}

/// The phases inside a phase count in its budget, wherever they are open.
#[test]
fn children_count() {
    const BUDGET: usize = 4 * MIB;
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(BUDGET));
    let out = outer.handle();
    thread::scope(|scope| {
        for thread in 0..3 {
            scope.spawn(move || {
                let mut random = Random::new(thread);
                for _ in 0..10 {
                    let inner = PhaseGuard::child(out, &INNER, Plan::new());
                    let innermost = PhaseGuard::child(inner.handle(), &INNER, Plan::new());
                    press(inner.handle(), &mut random, 40);
                    press(innermost.handle(), &mut random, 40);
                }
            });
        }
    });
    assert_eq!(held(out), 0, "what children hold is not the parent's");
    let inner = PhaseGuard::child(out, &INNER, Plan::new());
    let most = inner.handle().try_vec_zeroed::<u8>(BUDGET);
    assert_eq!(
        most.expect("all of the budget is to be had again").len(),
        BUDGET
    );
    drop(inner);
    let most = out.try_vec_zeroed::<u8>(BUDGET).expect("all of it");
    let inner = PhaseGuard::child(out, &INNER, Plan::new());
    assert!(inner.handle().try_alloc(1u8).is_err(), "nothing is left");
    drop(most);
    assert!(inner.handle().try_alloc(1u8).is_ok());
}

/// Pages that change hands are counted once at every moment: a budget has no gap in which another
/// thread could take the room that they need.
#[test]
fn promotion_to_the_parent_is_never_refused() {
    const BUDGET: usize = 2 * MIB;
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(BUDGET));
    let out = outer.handle();
    let takes = || drop(out.try_vec_zeroed::<u8>(128 * KIB));
    beside(takes, || {
        for _ in 0..2000 {
            let inner = PhaseGuard::child(out, &INNER, Plan::new().budget(BUDGET));
            let large = inner.handle().try_vec_zeroed::<u8>(BUDGET - 128 * KIB);
            let large = large.expect("room beside one block of 128 KiB");
            let promoted = large.try_promote(out);
            assert!(
                promoted.is_ok(),
                "the parent had these pages on its books already"
            );
        }
    });
}

#[test]
fn a_refused_promotion_leaves_everything_in_order() {
    let rich = PhaseGuard::root(&OUTER, Plan::new());
    let poor = PhaseGuard::root(&INNER, Plan::new().budget(MIB));
    let large = rich.handle().vec_zeroed::<u8>(2 * MIB);
    let refused = large.try_promote(poor.handle()).expect_err("no room");
    assert_eq!(
        refused.to_string(),
        "phase `inner` has a budget of 1 MiB with 0 B in use: no room for 2 MiB more"
    );
    assert!(refused.is_over_limit());
    assert_eq!((held(rich.handle()), held(poor.handle())), (0, 0));
    let fits = rich
        .handle()
        .vec_zeroed::<u8>(MIB)
        .try_promote(poor.handle());
    assert_eq!(held(poor.handle()), fits.expect("room").len());
}

#[test]
fn errors_say_which_limit_it_was() {
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(10 * MIB + 100));
    let plan = Plan::new().budget(9 * MIB).scratch_cap(20 * KIB);
    let inner = PhaseGuard::child(outer.handle(), &INNER, plan);
    let (out, phase) = (outer.handle(), inner.handle());
    let text = |result: Result<PVec<'_, u8>, AllocError>| result.expect_err("too much").to_string();
    assert_eq!(
        text(phase.try_vec_with(9 * MIB + 1)),
        "phase `inner` has a budget of 9 MiB with 0 B in use: no room for 9.0 MiB more"
    );
    // The budget is less than a page above 10 MiB, which is of no use.
    assert!(text(out.try_vec_with(10 * MIB + 50)).starts_with("phase `outer` has a budget of "));
    let kept = out.vec_with::<u8>(8 * MIB);
    assert!(text(phase.try_vec_zeroed(3 * MIB)).starts_with("phase `outer` has a budget of "));
    drop(kept);
    let capped = "a thread's scratch arena is capped at 20 KiB: no room for 29 KiB more; \
                  raise the cap with `Plan::scratch_cap`, or use the poly arena";
    assert_eq!(text(phase.scratch().try_vec_with(30_000)), capped);
    let slice = phase.scratch().try_zeroed::<u8>(30_000);
    assert_eq!(slice.expect_err("too much").to_string(), capped);
    let boxed = phase.scratch().try_boxed([0u8; 30_000]).map(drop);
    assert_eq!(boxed.expect_err("too much").to_string(), capped);
    let none = phase.try_vec_with::<u64>(usize::MAX).expect_err("nonsense");
    assert_eq!(
        none.to_string(),
        "no address space holds that many elements"
    );
    assert!(!none.is_over_limit());
    let root = PhaseGuard::root(&OUTER, Plan::new());
    let system = root
        .handle()
        .try_vec_with::<u8>(1 << 62)
        .expect_err("too much");
    assert!(
        system
            .to_string()
            .starts_with("the system has no room for ")
    );
    let layout = Layout::from_size_align(isize::MAX as usize - 63, 64).expect("a layout");
    assert!(root.handle().allocate(layout).is_err());
    let layout =
        Layout::from_size_align(isize::MAX as usize - (4 << 20), 2 << 20).expect("a layout");
    assert!(root.handle().allocate_zeroed(layout).is_err());
    assert_eq!(held(root.handle()), 0);
}

#[test]
fn scratch_is_capped_per_thread() {
    let guard = PhaseGuard::root(&OUTER, Plan::new().scratch_cap(64 * KIB).budget(MIB));
    let scratch = guard.handle().scratch();
    let fill = || {
        let mut bytes = 0;
        while scratch.try_zeroed::<u8>(1000).is_ok() {
            bytes += 1000;
            assert!(bytes <= 64 * KIB, "the cap is no limit");
        }
        bytes
    };
    let mine = fill();
    assert!(mine > 16 * KIB, "{mine} of 64 KiB");
    thread::scope(|scope| {
        let other = scope.spawn(fill).join().expect("no panic");
        assert!(other > 16 * KIB, "each thread has its own");
    });
    assert!(held(scratch) <= 2 * 64 * KIB);
    guard.handle().vec_zeroed::<u8>(MIB); // small scratch blocks take nothing of the budget
}

#[test]
fn reservations_count_and_are_refused_as_a_whole() {
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(2 * MIB));
    let out = outer.handle();
    let refused = PhaseGuard::try_child(out, &INNER, Plan::new().reserve(3 * MIB));
    assert_eq!(
        refused.expect_err("more than there is").to_string(),
        "phase `outer` has a budget of 2 MiB with 0 B in use: no room for 3 MiB more"
    );
    for _ in 0..3 {
        let inner = PhaseGuard::try_child(out, &INNER, Plan::new().reserve(3 * MIB / 2));
        let inner = inner.expect("room");
        assert_eq!(held(inner.handle()), 3 * MIB / 2);
        assert!(out.try_vec_zeroed::<u8>(MIB).is_err());
        // Cut from the reservation: no further pages, and no budget.
        let blocks: Vec<_> = (0..11)
            .map(|_| inner.handle().vec_zeroed::<u8>(128 * KIB))
            .collect();
        assert_eq!(held(inner.handle()), 3 * MIB / 2);
        drop(blocks);
        drop(inner);
        assert!(
            out.try_vec_zeroed::<u8>(2 * MIB).is_ok(),
            "nothing is left of it"
        );
    }
}

/// After each failure, each phase and each reset the heap holds what it held before.
#[test]
fn nothing_is_lost() {
    if !by_itself() {
        return;
    }
    let in_use = || report().heap().in_use_bytes;
    let round = |random: &mut Random| {
        let mut outer = PhaseGuard::root(&OUTER, Plan::new().budget(12 * MIB));
        for _ in 0..3 {
            let out = outer.handle();
            let inner = PhaseGuard::child(out, &INNER, Plan::new().budget(5 * MIB));
            press(inner.handle(), random, 100);
            press(out, random, 50);
            let scratch = inner.handle().scratch();
            (0..100).for_each(|n| _ = scratch.try_zeroed::<u8>(n * 50));
            if let Ok(moved) = inner.handle().try_vec_zeroed::<u8>(MIB) {
                std::mem::forget(moved.try_promote(out));
            }
            std::mem::forget(out.try_vec_zeroed::<u8>(100 * KIB));
            let aligned = Layout::from_size_align(5 * KIB, 2 * MIB).expect("a layout");
            let _kept_to_the_end = inner.handle().allocate(aligned);
            drop(inner);
            outer.reset();
            let inner = PhaseGuard::child(outer.handle(), &INNER, Plan::new());
            inner.handle().alloc([1u8; 5000]);
        }
    };
    let mut random = Random::of_test("nothing_is_lost");
    // The books grow to their size.
    (0..1100).for_each(|_| drop(PhaseGuard::open(&OUTER)));
    (0..10).for_each(|_| round(&mut random));
    let before = in_use();
    (0..30).for_each(|_| round(&mut random));
    assert_eq!(in_use(), before);
}

/// What the phase keeps for itself, its books and its scratch arenas, is not a survivor of it.
#[test]
fn nothing_survives_in_the_reports() {
    static KEEPS: Site = Site::new("keeps_books", module_path!(), file!(), line!());
    if !by_itself() {
        return;
    }
    let guard = PhaseGuard::open(&KEEPS);
    let phase = guard.handle();
    let blocks: Vec<_> = (0..300).map(|_| phase.vec_zeroed::<u8>(64 * KIB)).collect();
    (0..40).for_each(|_| _ = phase.scratch().alloc([7u8; 1000]));
    drop(blocks);
    drop(guard);
    let report = report();
    let run = report.phases().iter().find(|run| run.name == "keeps_books");
    let run = run.expect("it was filed");
    assert!(run.allocated_bytes >= 300 * 64 * KIB as u64 + 40_000);
    assert!(run.high_water_bytes >= 300 * 64 * KIB as u64 + 40_000);
    assert_eq!((run.survivors.bytes, run.survivors.blocks), (0, 0));
}

/// A vector that may grow no further keeps what it has. By itself: in place the budget is for the
/// vector alone, while one that has to move needs room for both at once.
#[test]
fn a_refused_growth_changes_nothing() {
    if !by_itself() {
        return;
    }
    let guard = PhaseGuard::root(&OUTER, Plan::new().budget(MIB));
    let phase = guard.handle();
    let mut vec = phase.vec::<u32>();
    let mut pushed = 0;
    while vec.try_push(pushed).is_ok() {
        pushed += 1;
    }
    assert_eq!(
        pushed as usize,
        MIB / 4,
        "it had all of the budget to itself"
    );
    assert!(vec.iter().copied().eq(0..pushed));
    assert!(vec.try_reserve(1).is_err() && vec.try_resize(pushed as usize + 1, 0).is_err());
    assert!(vec.try_extend_from_slice(&[1]).is_err());
    vec.truncate(100_000);
    vec.shrink_to_fit();
    assert!(held(phase) <= 100_000 * 4 + 4096);
    assert!(vec.iter().copied().eq(0..100_000));
    let copy = vec
        .try_copy_to(Home::Phase(phase))
        .expect("there is room again");
    assert_eq!(copy, vec);
}
