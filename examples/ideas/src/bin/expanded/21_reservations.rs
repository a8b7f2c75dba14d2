// What the macros make of `../21_reservations.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Sizes known in advance: counted before the phase opens, checked against its budget, never grown.
//!
//! A prover that runs a batch again knows how long its logs will be: the batch says so. `reserve(..)` takes the
//! counts, in elements, before anything runs; where they do not fit the budget the batch is refused, and nothing
//! was done in vain. Each name is a vector with exactly that room: it does not double, does not move, and
//! leaves no copies behind, in release builds too.
//!
//! Without a count a vector grows, and the report says what to write: run it once, paste the clause.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{AllocError, PhaseAlloc, report, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Decoded: what it claims about itself plays no part.
struct Batch {
    refunds: Vec<u32>,
}

fn first_run(batch: &Batch) -> u64 {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "first run",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let count_refunds = <::zkarena::__private::Reservation<
        _,
    >>::exact(
        "refunds",
        {
            let count: ::core::primitive::usize = batch.refunds.len();
            count
        },
    );
    let count_events = <::zkarena::__private::Reservation<_>>::unknown("events");
    let phase = ::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        ::zkarena::__private::Reservation::in_plan(
            &count_events,
            ::zkarena::__private::Reservation::in_plan(
                &count_refunds,
                ::zkarena::__private::Plan::new(),
            ),
        ),
    );
    #[allow(
        unused_variables,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let phase: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
        &phase,
    );
    #[allow(
        unused_mut,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let mut refunds = ::zkarena::__private::Reservation::open(count_refunds, phase);
    #[allow(
        unused_mut,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let mut events = ::zkarena::__private::Reservation::open(count_events, phase);
    match () {
        () => {
            for &refund in &batch.refunds {
                refunds.push(refund);
                if refund % 3 == 0 {
                    events.push(u64::from(refund));
                    let _transcript = phase.copy(&[0u8; 64]);
                }
            }
            digest(&refunds, &events)
        }
    }
}

/// At most every third refund makes an event: that is known of every batch, and no secret.
fn replay(batch: &Batch) -> Result<u64, AllocError> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "replay",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let count_refunds = <::zkarena::__private::Reservation<
        _,
    >>::exact(
        "refunds",
        {
            let count: ::core::primitive::usize = batch.refunds.len();
            count
        },
    );
    let count_events = <::zkarena::__private::Reservation<
        u64,
    >>::at_most(
        "events",
        {
            let count: ::core::primitive::usize = batch.refunds.len().div_ceil(3);
            count
        },
    );
    let phase = match () {
        () => {
            ::zkarena::__private::PhaseGuard::try_root(
                &__ZKARENA_SITE,
                ::zkarena::__private::Reservation::in_plan(
                    &count_events,
                    ::zkarena::__private::Reservation::in_plan(
                        &count_refunds,
                        ::zkarena::__private::Plan::budget(
                            ::zkarena::__private::Plan::new(),
                            16777216,
                        ),
                    ),
                ),
            )
        }
    }?;
    #[allow(
        unused_variables,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let phase: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
        &phase,
    );
    #[allow(
        unused_mut,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let mut refunds = ::zkarena::__private::Reservation::open(count_refunds, phase);
    #[allow(
        unused_mut,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let mut events = ::zkarena::__private::Reservation::open(count_events, phase);
    match () {
        () => {
            for &refund in &batch.refunds {
                refunds.push(refund);
                if refund % 3 == 0 {
                    events.try_push(u64::from(refund))?;
                }
            }
            assert_eq!(phase.stats().growth.growths, 0);
            Ok(digest(&refunds, &events))
        }
    }
}

fn digest(refunds: &[u32], events: &[u64]) -> u64 {
    let words = refunds.iter().map(|&refund| u64::from(refund));
    words.chain(events.iter().copied()).fold(0, |sum, word| (sum * 5 + word) % P)
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
