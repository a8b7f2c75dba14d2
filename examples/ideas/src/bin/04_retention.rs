//! Retention: what happens to free pages when a root phase ends.
//!
//! Pages that stay backed make the next proof fast, and the process large. The default keeps them
//! while proofs follow each other and gives them back after two seconds without a phase. The policy
//! can be switched at run time, and `zkarena::trim()` gives everything free back at once.
#![forbid(unsafe_code)]

use std::{hint::black_box, thread::sleep, time::Duration};
use zkarena::{PhaseAlloc, Retention, phase, set_retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Free MiB that are kept backed, rounded: the report itself sits in a few of the warm pages.
fn kept() -> u64 {
    (zkarena::report().heap().retained_bytes + (1 << 19)) >> 20
}

/// Uses and frees so many MiB in a phase; what is kept when it has ended.
fn kept_after(mib: usize) -> u64 {
    phase("prove", || drop(black_box(vec![1u8; mib << 20])));
    kept()
}

fn main() {
    set_retention(Retention::Retain);
    let retained = kept_after(64);
    println!("Retain: {retained} MiB");

    // What recent phases needed: a rise is followed at once, a fall by an eighth per phase.
    set_retention(Retention::Trim);
    let trimmed = [8; 6].map(kept_after);
    println!("Trim: {trimmed:?} MiB");

    set_retention(Retention::Budget(16 << 20));
    let budget = kept_after(64);
    println!("Budget: {budget} MiB");

    set_retention(Retention::UntilIdle); // the default
    let busy = kept_after(64);
    let seconds = (1..=60).find(|_| {
        sleep(Duration::from_secs(1));
        kept() == 0
    });
    println!("UntilIdle: {busy} MiB; 0 MiB after {seconds:?} seconds");

    assert!(retained >= 64 && budget <= 16 && busy >= 64 && seconds.is_some());
    assert!(trimmed.is_sorted_by(|before, after| before > after));
    kept_after(64);
    zkarena::trim();
    println!("trim(): {} MiB", kept());
    assert_eq!(kept(), 0);
}
