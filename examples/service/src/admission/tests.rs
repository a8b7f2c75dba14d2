//! Who is let in, with what reserved, and who is told what.

use super::*;
use crate::weight::PROCESS;
use zkarena_statements::Kind;

/// Nobody waits so long.
const LONG: Duration = Duration::from_hours(1);

fn keccak(log_rows: usize) -> Statement {
    Statement::new(Kind::Keccak, log_rows).expect("a valid size")
}

/// With room for so many bytes, and proofs in processes that have so many beside them.
fn admission(capacity: u64, process: Bytes) -> Arc<Admission> {
    let rule = Rule::Gate { process };
    Arc::new(Admission::new(
        rule,
        MemoryGate::new(capacity),
        (4, LONG),
        2,
    ))
}

/// Returns once so many wait.
async fn until_waiting(admission: &Admission, waiting: usize) {
    while admission.waiting() != waiting {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_process_of_its_own_is_reserved_with_its_proof() {
    let Weights {
        in_memory,
        in_little,
        ..
    } = Weights::of(keccak(12), PROCESS);
    let full = in_memory.0 + PROCESS.0;
    for (capacity, mode, reserved) in [
        (full, Mode::InMemory, full),
        // One byte less, and the prover is given what it would be given in the service's own process.
        (
            full - 1,
            Mode::LowMemory(in_little),
            in_little.0 + PROCESS.0,
        ),
    ] {
        let admission = admission(capacity, PROCESS);
        let place = admission.admit(keccak(12)).await.expect("a place");
        assert_eq!((place.mode(), place.bytes()), (mode, Some(Bytes(reserved))));
        assert_eq!(admission.gate().stats().reserved, reserved);
        drop(place);
        assert_eq!(admission.gate().stats().reserved, 0);
    }
    let least = in_little.0 + PROCESS.0;
    let refused = admission(least - 1, PROCESS).admit(keccak(12)).await;
    assert!(matches!(refused, Err(Refusal::NeverFits { least: told, .. }) if told.0 == least));
}

#[tokio::test]
async fn as_many_processes_as_fit_with_what_each_has_besides() {
    let Weights { in_memory, .. } = Weights::of(keccak(12), PROCESS);
    let admission = admission(3 * in_memory.0 + 2 * PROCESS.0, PROCESS);
    let mut places = Vec::new();
    for _ in 0..2 {
        places.push(admission.admit(keccak(12)).await.expect("a place"));
    }
    let stats = admission.gate().stats();
    assert_eq!((stats.permits, stats.free), (2, in_memory.0));
    // In one process, three proofs would fit.
    let third = admission.reserve(Bytes(in_memory.0 + PROCESS.0));
    assert!(third.is_none(), "{places:?}");
}

#[tokio::test]
async fn places_that_are_counted_say_nothing_of_bytes() {
    let counted = Admission::new(Rule::Count, MemoryGate::new(1), (0, LONG), 2);
    let place = counted.admit(keccak(12)).await.expect("a place");
    assert_eq!((place.bytes(), counted.running()), (None, 1));
    let refused = counted.admit(keccak(12)).await;
    assert!(matches!(refused, Err(Refusal::Busy { .. })));
}

#[tokio::test]
async fn who_is_gone_waits_no_longer() {
    let Weights { in_memory, .. } = Weights::of(keccak(12), Bytes(0));
    let admission = admission(in_memory.0, Bytes(0));
    let running = admission.admit(keccak(12)).await.expect("a place");
    let waits = || {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move { admission.admit(keccak(12)).await })
    };
    let (first, second) = (waits(), waits());
    until_waiting(&admission, 2).await;
    first.abort();
    assert!(first.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!((admission.waiting(), admission.running()), (1, 1));
    drop(running);
    let place = second.await.expect("no panic").expect("its turn");
    assert_eq!((admission.waiting(), admission.running()), (0, 1));
    assert_eq!(place.mode(), Mode::InMemory);
}

#[tokio::test]
async fn who_never_fits_any_more_is_told_so_and_holds_up_nobody() {
    let small = Weights::of(keccak(6), Bytes(0)).least();
    let large = Weights::of(keccak(12), Bytes(0));
    let admission = admission(large.in_memory.0, Bytes(0));
    let running = admission.admit(keccak(12)).await.expect("a place");
    let waits = |log_rows| {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move { admission.admit(keccak(log_rows)).await })
    };
    let first = waits(12);
    until_waiting(&admission, 1).await;
    let second = waits(6);
    until_waiting(&admission, 2).await;
    admission.gate().set_capacity(small.0);
    // What is reserved above the new limit is none of it.
    let third = admission.admit(keccak(12)).await;
    let first = first.await.expect("no panic");
    for refused in [first, third] {
        let Err(Refusal::NeverFits { capacity, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(capacity, small);
    }
    drop(running);
    let place = second.await.expect("no panic").expect("its turn");
    assert_eq!(place.bytes(), Some(small));
}

#[tokio::test]
async fn low_memory_mode_is_for_cores_that_would_idle() {
    let Weights {
        in_memory,
        in_little,
        ..
    } = Weights::of(keccak(14), Bytes(0));
    // One in memory and one in little keep the cores busy; there would be room for a third.
    let admission = admission(in_memory.0 + 2 * in_little.0, Bytes(0));
    let first = admission.admit(keccak(14)).await.expect("a place");
    let second = admission.admit(keccak(14)).await.expect("a place");
    assert_eq!(
        [first.mode(), second.mode()],
        [Mode::InMemory, Mode::LowMemory(in_little)]
    );
    let third = {
        let admission = Arc::clone(&admission);
        tokio::spawn(async move { admission.admit(keccak(14)).await })
    };
    until_waiting(&admission, 1).await;
    assert_eq!(admission.gate().stats().free, in_little.0);
    drop(second);
    let third = third.await.expect("no panic").expect("its turn");
    assert_eq!(third.mode(), Mode::LowMemory(in_little));
}

#[tokio::test]
async fn what_fits_in_no_other_way_may_fill_the_memory() {
    let Weights { in_little, .. } = Weights::of(keccak(14), Bytes(0));
    // `low_memory_mode_takes_less_from_some_size_on`: less than one in memory takes.
    let admission = admission(3 * in_little.0, Bytes(0));
    let mut places = Vec::new();
    for _ in 0..3 {
        places.push(admission.admit(keccak(14)).await.expect("a place"));
    }
    assert_eq!(admission.gate().stats().free, 0, "{places:?}");
}
