//! Retention: what happens to free pages when a root phase ends.
//!
//! Pages that stay backed make the next proof fast, and the process large. The default keeps them
//! while proofs follow each other and gives them back after two seconds without a phase. The policy
//! can be switched at run time, and `zkarena::trim()` gives everything free back at once.
#![forbid(unsafe_code)]

use std::thread::sleep;
use std::time::{Duration, Instant};
use zkarena::{PhaseAlloc, Retention, phase, set_retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// MiB of free pages that are kept backed.
fn kept() -> u64 {
    zkarena::report().heap().retained_bytes >> 20
}

/// Uses and frees `mib` MiB in a phase; the MiB kept when it has ended.
fn kept_after(mib: usize) -> u64 {
    phase("prove", || drop(vec![1u8; mib << 20]));
    kept()
}

fn main() {
    set_retention(Retention::Retain);
    let all = kept_after(64);
    println!("Retain: {all} MiB");
    assert!(all >= 63); // the report itself sits in some of the warm pages

    // What recent phases needed: a rise is followed at once, a fall by an eighth per phase.
    set_retention(Retention::Trim);
    let falling: Vec<u64> = (0..6).map(|_| kept_after(8)).collect();
    println!("Trim: {falling:?} MiB");
    assert!(falling.is_sorted_by(|before, after| before > after));

    set_retention(Retention::Budget(16 << 20));
    let budget = kept_after(64);
    println!("Budget: {budget} MiB");
    assert!((15..=16).contains(&budget));

    set_retention(Retention::UntilIdle); // the default
    let (busy, since) = (kept_after(64), Instant::now());
    while kept() > 0 && since.elapsed() < Duration::from_secs(30) {
        sleep(Duration::from_millis(100));
    }
    println!("UntilIdle: {busy} MiB, {} MiB once idle", kept());
    assert!(busy >= 63 && kept() == 0);

    set_retention(Retention::Retain);
    kept_after(64);
    let bytes = zkarena::trim();
    println!(
        "trim(): {} MiB given back, {} MiB left",
        bytes >> 20,
        kept()
    );
    assert!(bytes >= 63 << 20 && kept() == 0);
}
