//! Processes that were started together do not end together, and none without a reason.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;
use zkarena::ops::{Recycle, RecycleReason};

const MIB: u64 = 1 << 20;
const DAY: Duration = Duration::from_hours(24);

#[test]
fn never_is_never() {
    let mut recycle = Recycle::never();
    assert!((0..2000).all(|proof| recycle.proof_ended(proof * MIB).is_none()));
    assert_eq!(recycle.due(DAY * 365), None);
}

/// After how many proofs it is due.
fn proofs(mut recycle: Recycle) -> u64 {
    let due = (1..=10_000).find(|_| recycle.proof_ended(0).is_some());
    due.expect("some day")
}

#[test]
fn processes_end_apart() {
    let marks: BTreeSet<u64> = (0..20)
        .map(|_| proofs(Recycle::never().after_proofs(1000)))
        .collect();
    assert!(marks.len() > 5, "{marks:?}");
    assert!(
        marks.iter().all(|mark| (900..=1000).contains(mark)),
        "{marks:?}"
    );
}

#[test]
fn without_jitter_a_mark_is_exact() {
    let recycle = Recycle::never().jitter(0);
    assert_eq!(proofs(recycle.clone().after_proofs(7)), 7);
    let recycle = recycle.after_age(DAY);
    assert_eq!(recycle.due(Duration::from_secs(24 * 3600 - 1)), None);
    assert_eq!(recycle.due(DAY), Some(RecycleReason::Age(DAY)));
}

#[test]
fn a_floor_that_rises() {
    let mut recycle = Recycle::never().jitter(0).after_growth(100 * MIB);
    let floors = [500; 8].into_iter().chain([700; 7]); // high seven times: another proof may be under way
    assert!(
        floors
            .map(|mib| recycle.proof_ended(mib * MIB))
            .all(|due| due.is_none())
    );
    let due = recycle
        .proof_ended(600 * MIB)
        .expect("the smallest of eight has risen");
    assert_eq!(due, RecycleReason::Growth(100 * MIB));
    assert_eq!(due.to_string(), "the floor rose by 100 MiB");
}

proptest! {
    #[test]
    fn marks_come_forward_by_the_jitter_at_most(most in 1..5000u64, percent in 0..150u32, seed: u64) {
        let recycle = Recycle::never().jitter(percent).seed(seed).after_proofs(most);
        let mark = proofs(recycle.clone());
        prop_assert!(mark <= most && mark >= 1);
        prop_assert!(mark >= (most - most * u64::from(percent.min(100)) / 100));
        prop_assert_eq!(proofs(recycle), mark, "the same seed, the same mark");
    }
}
