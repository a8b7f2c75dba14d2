//! A plan never promises more than the limit, and says what does not fit.
#![forbid(unsafe_code)]

use proptest::prelude::*;
use zkarena::Bytes;
use zkarena::ops::{Mode, Peaks, PlanError, Planner, Profile};

const MIB: u64 = 1 << 20;

fn keccak(log_rows: u32, mebibytes: u64) -> Profile {
    let mut profile = Profile::new();
    let peaks = Peaks {
        runs: 3,
        threads: 2,
        base_bytes: 10 * MIB,
        kept_bytes: 6 * MIB,
        proof_bytes: mebibytes * MIB,
        high_water_bytes: mebibytes * MIB - 5,
        seconds: 0.75,
        low_memory_seconds: 2.0,
        floor_bytes: Some(mebibytes * MIB / 16),
        disk_bytes: None,
    };
    profile.record("keccak", log_rows, &peaks);
    profile
}

#[test]
fn workers_are_what_fits_beside_the_process_and_its_headroom() {
    let planner = Planner::new(Bytes(1000 * MIB)).headroom(Bytes(100 * MIB));
    let plan = planner.plan(&keccak(15, 200)).expect("a plan");
    assert_eq!(plan.usable_bytes, 900 * MIB);
    assert_eq!(plan.capacity_bytes, 884 * MIB);
    let circuit = plan.circuit("keccak", 15).expect("planned");
    assert_eq!(circuit.weight_bytes, 220 * MIB); // as measured, and 10 %
    assert_eq!((circuit.mode, circuit.workers), (Mode::InMemory, 4));
    assert_eq!(circuit.expected_peak_bytes, (16 + 4 * 203) * MIB);
    assert_eq!(circuit.reserve_bytes, 200 * MIB);
    assert_eq!(circuit.budget_bytes, 220 * MIB);
}

#[test]
fn the_base_of_the_service_counts_where_it_is_known() {
    let planner = Planner::new(Bytes(1000 * MIB)).headroom(Bytes(100 * MIB));
    let plan = planner.base(Bytes(60 * MIB)).plan(&keccak(15, 200));
    let plan = plan.expect("a plan");
    assert_eq!((plan.base_bytes, plan.kept_bytes), (60 * MIB, 6 * MIB));
    let circuit = plan.circuit("keccak", 15).expect("planned");
    assert_eq!(circuit.workers, 3);
    assert_eq!(circuit.expected_peak_bytes, (66 + 3 * 203) * MIB);
}

#[test]
fn what_does_not_fit_takes_low_memory_mode_alone() {
    let planner = Planner::new(Bytes(200 * MIB)).headroom(Bytes(30 * MIB));
    let plan = planner.plan(&keccak(15, 640)).expect("a plan");
    let circuit = plan.circuit("keccak", 15).expect("planned");
    let low = Mode::LowMemory {
        memory_bytes: 170 * MIB,
        floor_bytes: 56 * MIB, // 40 beyond what is resident, and that
    };
    assert_eq!((circuit.mode, circuit.workers), (low, 1));
    assert_eq!(circuit.weight_bytes, plan.capacity_bytes);
    assert_eq!(circuit.expected_peak_bytes, 170 * MIB);
    assert!((circuit.seconds - 2.0).abs() < f64::EPSILON);
}

#[test]
fn processes_of_their_own_are_part_of_each_weight() {
    let planner = Planner::new(Bytes(1000 * MIB)).headroom(Bytes(100 * MIB));
    let plan = planner.isolated().plan(&keccak(15, 200)).expect("a plan");
    // The service has its base; each proof has that once more, and what proofs keep.
    assert_eq!((plan.base_bytes, plan.kept_bytes), (10 * MIB, 0));
    assert_eq!(
        (plan.process_bytes, plan.capacity_bytes),
        (16 * MIB, 890 * MIB)
    );
    let circuit = plan.circuit("keccak", 15).expect("planned");
    assert_eq!(circuit.weight_bytes, 236 * MIB);
    assert_eq!((circuit.mode, circuit.workers), (Mode::InMemory, 3));
    assert_eq!(circuit.expected_peak_bytes, (10 + 3 * (16 + 203)) * MIB);
    assert_eq!(circuit.budget_bytes, 220 * MIB);
}

#[test]
fn low_memory_mode_in_a_process_of_its_own_leaves_the_service_its_base() {
    let planner = Planner::new(Bytes(200 * MIB)).headroom(Bytes(30 * MIB));
    let plan = planner.isolated().plan(&keccak(15, 640)).expect("a plan");
    let circuit = plan.circuit("keccak", 15).expect("planned");
    let low = Mode::LowMemory {
        memory_bytes: 160 * MIB, // of 170
        floor_bytes: 56 * MIB,
    };
    assert_eq!((circuit.mode, circuit.workers), (low, 1));
    assert_eq!(circuit.expected_peak_bytes, 170 * MIB);
}

#[test]
fn what_fits_in_no_way_has_no_worker() {
    let planner = Planner::new(Bytes(60 * MIB)).headroom(Bytes(5 * MIB));
    let plan = planner.plan(&keccak(15, 640)).expect("a plan");
    let circuit = plan.circuit("keccak", 15).expect("planned");
    let impossible = Mode::Impossible {
        floor_bytes: Some(56 * MIB),
    };
    assert_eq!((circuit.mode, circuit.workers), (impossible, 0));
}

#[test]
fn the_cut_over_doubles_what_was_not_measured() {
    let planner = Planner::new(Bytes(1000 * MIB)).headroom(Bytes(100 * MIB));
    let mut profile = keccak(13, 100);
    profile.merge(&keccak(15, 390)); // fewer than four times as many
    let plan = planner.plan(&profile).expect("a plan");
    let cut_over = &plan.cut_overs[0];
    assert_eq!(cut_over.circuit, "keccak");
    assert_eq!(cut_over.measured_log_rows, 15);
    assert_eq!(cut_over.in_memory_log_rows, Some(16)); // 858 MiB with the margin, of 884
    assert_eq!(cut_over.low_memory_log_rows, Some(20)); // 24.4 MiB for 2^15 rows, 780 for 2^20
}

#[test]
fn sizes_that_are_far_apart_are_planned() {
    let mut profile = keccak(1, 1);
    let streamed = Peaks {
        runs: 1,
        floor_bytes: Some(MIB),
        ..Peaks::default()
    };
    profile.record("keccak", 90, &streamed);
    let plan = Planner::new(Bytes(1000 * MIB)).plan(&profile);
    let plan = plan.expect("a plan");
    let mode = plan.circuit("keccak", 90).expect("planned").mode;
    assert!(matches!(mode, Mode::LowMemory { .. }), "{mode:?}"); // doubled so often, it fits nowhere else
}

#[test]
fn what_was_only_streamed_is_planned_by_smaller_sizes() {
    let streamed = Peaks {
        runs: 1,
        base_bytes: 10 * MIB,
        floor_bytes: Some(40 * MIB),
        disk_bytes: Some(500 * MIB),
        ..Peaks::default()
    };
    let planner = Planner::new(Bytes(1000 * MIB));
    let mut alone = Profile::new();
    alone.record("keccak", 16, &streamed);
    let mode = |profile: &Profile| {
        let plan = planner.plan(profile).expect("a plan");
        plan.circuit("keccak", 16).expect("planned").mode
    };
    assert!(matches!(mode(&alone), Mode::LowMemory { .. }));
    alone.merge(&keccak(15, 200));
    assert_eq!(mode(&alone), Mode::InMemory); // twice 220 MiB fit
}

#[test]
fn nothing_to_plan_is_one_line() {
    let planner = Planner::new(Bytes(64 * MIB));
    let large = planner.base(Bytes(60 * MIB)).plan(&keccak(15, 640));
    for (error, hint) in [
        (planner.plan(&Profile::new()), "no runs"),
        (large, "a limit of 64 MiB leaves nothing"),
    ] {
        let line = error.expect_err(hint).to_string();
        assert!(line.contains(hint) && line.contains("; "), "{line}");
        assert_eq!(line.lines().count(), 1);
    }
    let none = Planner::new(Bytes(0)).plan(&keccak(15, 640));
    assert!(matches!(none, Err(PlanError::NoRoom { .. })));
}

proptest! {
    #[test]
    fn weights_and_expected_peaks_never_exceed_the_limit(
        limit in 0..u64::MAX,
        base_bytes in 0..1u64 << 40,
        kept_bytes in 0..1u64 << 40,
        proofs in proptest::collection::vec((0u32..64, 1..u64::MAX), 1..8),
        isolated in proptest::bool::ANY,
    ) {
        let mut profile = Profile::new();
        for &(log_rows, proof_bytes) in &proofs {
            let peaks = Peaks { runs: 1, base_bytes, kept_bytes, proof_bytes, ..Peaks::default() };
            profile.record("any", log_rows, &peaks);
        }
        let planner = Planner::new(Bytes(limit));
        let planner = if isolated { planner.isolated() } else { planner };
        if let Ok(plan) = planner.plan(&profile) {
            for circuit in &plan.circuits {
                let reserved = u128::from(circuit.weight_bytes) * u128::from(circuit.workers);
                prop_assert!(reserved <= u128::from(plan.capacity_bytes));
                prop_assert!(circuit.expected_peak_bytes <= plan.usable_bytes || circuit.workers == 0);
                prop_assert!(circuit.reserve_bytes <= circuit.budget_bytes);
            }
            prop_assert!(plan.usable_bytes <= limit);
        }
    }
}
