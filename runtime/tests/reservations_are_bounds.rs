//! What is reserved by name holds that many elements and no more, in every build, and a phase that has no
//! room for all of it does not open.

mod common;

use common::child::by_itself;
use common::memory::resident;
use common::{KIB, MIB, PAGE};
use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use zkarena::{
    AllocError, ArenaAlloc, Bytes, Growth, Home, PVec, Phase, PhaseAlloc, PhaseGuard, Plan,
    Reservation, Reserved, Secret, site, with_phase, zk_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn held(phase: Phase<'_>) -> usize {
    usize::try_from(phase.stats().poly.high_water.0).expect("fits")
}

/// Of batch 67912: refunds of four bytes, and costs of public data of four.
const REFUNDS: usize = 563_747;
const COSTS: usize = 1_246_151;

#[zk_phase(reserve(refunds = batch.0, costs: i32 <= batch.1))]
fn replay(batch: (usize, usize)) -> (usize, Growth) {
    for step in 0..batch.1 {
        if step < batch.0 {
            refunds.push(7u32);
        }
        costs.push(-1);
    }
    assert_eq!((refunds.room(), costs.room()), (0, 0));
    (held(phase), phase.stats().growth)
}

#[test]
fn auxiliary_logs_take_their_final_size() {
    let (high_water, growth) = replay((REFUNDS, COSTS));
    let refunds = (4 * REFUNDS).next_multiple_of(PAGE); // the next block starts at a page
    assert_eq!(high_water, (refunds + 4 * COSTS).next_multiple_of(PAGE));
    assert_eq!(growth, Growth::default());
}

#[zk_phase(try, budget = budget, reserve(words: u64 = counts[0], bytes: u8 <= counts[1]))]
fn admitted(budget: usize, counts: [usize; 2], ran: &Cell<bool>) -> Result<usize, AllocError> {
    ran.set(true);
    words.try_push(1)?;
    bytes.extend_from_slice(&[2; 3]);
    Ok(held(phase))
}

#[test]
fn what_does_not_fit_the_budget_runs_nothing() {
    let ran = Cell::new(false);
    assert_eq!(admitted(8 * KIB, [512, 4096], &ran), Ok(8 * KIB));
    assert!(ran.replace(false));
    let refused = admitted(8 * KIB, [512, 4097], &ran).expect_err("one byte too many");
    assert!(!ran.get());
    assert!(refused.is_over_limit());
    assert_eq!(refused.bytes(), 12 * KIB);
    assert_eq!(
        refused.to_string(),
        "phase `admitted` has a budget of 8 KiB with 0 B in use: no room for reservations of 12 KiB, \
         the largest of which is `bytes`"
    );
}

#[test]
fn counts_that_overflow_run_nothing() {
    let ran = Cell::new(false);
    for counts in [
        [usize::MAX / 8 + 1, 1],
        [usize::MAX / 16 + 1, usize::MAX / 2],
        [usize::MAX, usize::MAX],
    ] {
        for budget in [usize::MAX, MIB] {
            let refused = admitted(budget, counts, &ran).expect_err("too many");
            let text = refused.to_string();
            let start = "no address space holds the reservations, the largest of which is `words`";
            assert!(text.starts_with(start), "{text}");
        }
    }
    assert!(!ran.get());
}

#[zk_phase(tmp in out, try, reserve(rows: u64 = n))]
fn inside(n: usize, out: Phase<'_>) -> Result<usize, AllocError> {
    rows.extend(0..n as u64);
    Ok(tmp.stats().poly.bytes.0.try_into().expect("fits"))
}

/// The budget around counts as well.
#[test]
fn a_phase_inside_another() {
    let guard = PhaseGuard::root(site!("outer"), Plan::new().budget(16 * KIB));
    assert_eq!(inside(2048, guard.handle()), Ok(16 * KIB));
    let _taken = guard.handle().vec_zeroed::<u8>(4 * KIB);
    let refused = inside(2048, guard.handle()).expect_err("a part is in use");
    let text = refused.to_string();
    assert!(
        text.contains("phase `outer`") && text.ends_with("is `rows`"),
        "{text}"
    );
}

#[zk_phase(reserve(first = note(order, 3), second: u8 <= note(order, 2), third, last: () = note(order, 1)))]
fn in_order(order: &RefCell<Vec<usize>>) {
    assert_eq!(*order.borrow(), [3, 2, 1], "before the body");
    first.extend([0u16; 3]);
    third.push(0u8);
    last.push(());
    assert_eq!((first.len(), second.bound(), last.room()), (3, Some(2), 0));
}

fn note(order: &RefCell<Vec<usize>>, count: usize) -> usize {
    order.borrow_mut().push(count);
    count
}

#[test]
fn counts_are_evaluated_once_in_their_order() {
    let order = RefCell::default();
    in_order(&order);
    assert_eq!(order.into_inner(), [3, 2, 1]);
}

/// Elements of any size, also of none, in a chunk that has room for more.
fn refuses_one_more<T: Clone + std::fmt::Debug>(value: &T) {
    with_phase(|phase| {
        let mut full = Reservation::exact("full", 3).open(*phase);
        full.extend_from_slice(&[value.clone(), value.clone()]);
        let refused = full.try_extend_from_slice(&[value.clone(), value.clone()]);
        assert_eq!(
            refused.expect_err("four of three").bytes(),
            2 * size_of::<T>()
        );
        assert_eq!(full.len(), 2, "as before");
        full.push(value.clone());
        let at = full.as_ptr();
        assert_eq!(
            full.try_push(value.clone()).expect_err("full").to_string(),
            "a reservation `full` of 3 elements is full, and no vector with a count grows: \
             raise the count, or leave it out"
        );
        assert_eq!((full.len(), full.room(), full.as_ptr()), (3, 0, at));
        assert!(full.pop().is_some());
        full.push(value.clone());
        full.truncate(1);
        full.extend([value.clone(), value.clone()]);
        assert_eq!(full.room(), 0);
    });
}

#[test]
fn a_full_one_refuses() {
    refuses_one_more(&1u8);
    refuses_one_more(&[1u64; 1000]);
    refuses_one_more(&String::from("owned"));
    refuses_one_more(&());
}

#[test]
fn without_try_that_is_a_panic_with_one_line() {
    let pushed = catch_unwind(|| {
        with_phase(|phase| Reservation::at_most("events", 0).open(*phase).push(1u8));
    });
    let text = pushed
        .expect_err("full")
        .downcast::<String>()
        .expect("a text");
    assert!(
        text.starts_with("a reservation `events` of 0 elements is full"),
        "{text}"
    );
    assert!(!text.contains('\n'));
    let opened = catch_unwind(|| replay((usize::MAX, 1)));
    let text = opened
        .expect_err("no room")
        .downcast::<String>()
        .expect("a text");
    assert!(
        text.starts_with("phase `replay` cannot open: no address space"),
        "{text}"
    );
}

#[derive(ArenaAlloc)]
#[arena(new(n))]
struct Logs<'ph> {
    #[arena(reserve = n)]
    refunds: Reserved<'ph, u32>,
    #[arena(len = 2, init = 9, reserve = n)]
    costs: Reserved<'ph, i32>,
    #[arena(witness, reserve = n)]
    bits: Reserved<'ph, bool, Secret>,
    #[arena(reserve = n, align = 128)]
    events: Reserved<'ph, [u8; 3]>,
}

#[test]
fn fields_are_bounds_and_their_plan_is_exact() {
    for n in [2, 100, 1000, 5000, 100_000] {
        let plan = Logs::plan(n);
        let reserved = PhaseGuard::root(site!("plan"), plan)
            .handle()
            .stats()
            .poly
            .bytes;
        let budget = usize::try_from(reserved.0).expect("fits") + n.next_multiple_of(64 * KIB);
        let guard = PhaseGuard::root(site!("logs"), plan.budget(budget));
        let mut logs = Logs::new_in(guard.handle(), n).expect("room");
        assert_eq!(guard.handle().stats().poly.high_water, reserved);
        assert_eq!((logs.refunds.room(), logs.costs.room()), (n, n - 2));
        assert!(logs.events.as_ptr().addr().is_multiple_of(128));
        logs.bits.extend((0..n).map(|row| row % 2 == 1));
        logs.bits.try_push(true).expect_err("full");
        logs.events.extend((0..n).map(|_| [0; 3]));
        logs.events
            .try_push([0; 3])
            .expect_err("full, whatever room the alignment left");
        assert_eq!(logs.bits.expose().len(), n);
        assert_eq!(format!("{:?}", logs.bits), "[secret]");
        assert_eq!(guard.handle().stats().growth, Growth::default());
    }
}

#[test]
fn elsewhere_the_bound_is_the_same() {
    with_phase(|out| {
        let guard = PhaseGuard::root(site!("inner"), Plan::new());
        let mut large = Reservation::at_most("large", 100_000).open(guard.handle());
        large.extend(0..10u32);
        let at = large.as_ptr();
        let mut copy = large.copy_into(*out);
        let mut moved = large.promote(*out);
        assert_eq!(moved.as_ptr(), at, "its pages changed hands");
        for log in [&mut copy, &mut moved] {
            assert_eq!(
                (log.len(), log.bound(), log.room()),
                (10, Some(100_000), 99_990)
            );
            log.extend(10..100_000);
            log.try_push(0).expect_err("full");
        }
        let small = Reservation::exact("small", 2).open(guard.handle());
        let mut small: Reserved<'_, u8> = small.try_move_to(Home::Heap).expect("memory");
        small.extend([1, 2]);
        small.try_push(3).expect_err("full");
        let mut free: PVec<'_, u8> = small.into_vec();
        free.push(3);
        assert_eq!(free, [1, 2, 3]);
        assert_eq!(out.stats().growth, Growth::default());
    });
}

/// A bound that is too high costs addresses.
#[test]
fn what_is_not_used_is_not_resident() {
    if !by_itself() {
        return;
    }
    let before = resident();
    let guard_resident = with_room(1 << 30, MIB);
    assert!(
        guard_resident.saturating_sub(before) < 8 * MIB,
        "{before} to {guard_resident} bytes resident"
    );
}

#[zk_phase(reserve(log <= bound))]
fn with_room(bound: usize, used: usize) -> usize {
    log.extend((0..used).map(|_| 1u8));
    assert_eq!(phase.stats().poly.bytes, Bytes(bound as u64));
    assert_eq!(
        log.iter().map(|&byte| usize::from(byte)).sum::<usize>(),
        used
    );
    resident()
}
