//! Sizes known in advance: counted before the phase opens, checked against its budget, never grown.
//!
//! A prover that runs a batch again knows how long its logs will be: the batch says so. `reserve(..)` takes the
//! counts, in elements, before anything runs; where they do not fit the budget the batch is refused, and nothing
//! was done in vain. Each name is a vector with exactly that room: it does not double, does not move, and
//! leaves no copies behind, in release builds too.
//!
//! Without a count a vector grows, and the report says what to write: run it once, paste the clause.
#![forbid(unsafe_code)]

use zkarena::{AllocError, PhaseAlloc, report, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new(); // for the report

/// Decoded: what it claims about itself plays no part.
struct Batch {
    refunds: Vec<u32>,
}

#[zk_phase(name = "first run", reserve(refunds = batch.refunds.len(), events))]
fn first_run(batch: &Batch) -> u64 {
    for &refund in &batch.refunds {
        refunds.push(refund);
        if refund % 3 == 0 {
            events.push(u64::from(refund));
            let _transcript = phase.copy(&[0u8; 64]); // a neighbour: where it lies, nothing can grow
        }
    }
    digest(&refunds, &events)
}

/// At most every third refund makes an event: that is known of every batch, and no secret.
#[zk_phase(try, budget = "16MiB", reserve(refunds = batch.refunds.len(), events: u64 <= batch.refunds.len().div_ceil(3)))]
fn replay(batch: &Batch) -> Result<u64, AllocError> {
    for &refund in &batch.refunds {
        refunds.push(refund);
        if refund % 3 == 0 {
            events.try_push(u64::from(refund))?; // one too many is an error, and no growth
        }
    }
    assert_eq!(phase.stats().growth.growths, 0);
    Ok(digest(&refunds, &events))
}

fn digest(refunds: &[u32], events: &[u64]) -> u64 {
    let words = refunds.iter().map(|&refund| u64::from(refund));
    words
        .chain(events.iter().copied())
        .fold(0, |sum, word| (sum * 5 + word) % P)
}

fn main() {
    let batch = |len| Batch {
        refunds: (0..len).collect(),
    };
    let (small, large) = (batch(420_000), batch(8 << 20));
    let digest = first_run(&small);
    println!("replayed: {}", replay(&small) == Ok(digest));
    match replay(&large) {
        Ok(_) => println!("it fits"),
        Err(refused) => println!("refused: {refused}"),
    }
    let text = report().to_string();
    text.lines()
        .filter(|line| line.starts_with("reserve: "))
        .for_each(|line| println!("{line}"));
}
