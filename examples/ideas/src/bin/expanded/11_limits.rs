// What the macros make of `../11_limits.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Limits: a phase has a budget, and what it refuses is an error to act on.
//!
//! `budget` bounds what the arenas of a phase and of the phases inside it hold at once. With `try`, a
//! phase that cannot open returns an `AllocError` by `?`. Every method that allocates has a `try_`
//! twin; the one without panics with the same text.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{AllocError, PVec, Phase, zk_phase};
use zkarena_ideas::P;

/// The sums of a column's chunks, each extended to twice its size.
fn sums(column: &[u64], chunk: usize, phase: Phase<'_>) -> Result<u64, AllocError> {
    let mut lde = phase.try_vec_with(2 * chunk)?;
    let mut sum = 0;
    for rows in column.chunks(chunk) {
        lde.clear();
        lde.try_extend_from_slice(rows)?;
        lde.try_extend_from_slice(rows)?;
        sum = (sum + lde.iter().sum::<u64>()) % P;
    }
    Ok(sum)
}

/// In one piece if there is room, and in smaller ones otherwise.
fn commit(column: &[u64]) -> Result<(u64, usize), AllocError> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "commit",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let phase = match () {
        () => {
            ::zkarena::__private::PhaseGuard::try_root(
                &__ZKARENA_SITE,
                ::zkarena::__private::Plan::budget(
                    ::zkarena::__private::Plan::new(),
                    8388608,
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
    match () {
        () => {
            let mut chunk = column.len();
            loop {
                match sums(column, chunk, phase) {
                    Err(refused) if refused.is_over_limit() && chunk > 1 => {
                        println!("refused: {refused}")
                    }
                    sum => return Ok((sum?, chunk)),
                }
                chunk /= 2;
            }
        }
    }
}

fn trace(rows: usize) -> Result<usize, AllocError> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "trace",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let phase = match () {
        () => {
            ::zkarena::__private::PhaseGuard::try_root(
                &__ZKARENA_SITE,
                ::zkarena::__private::Plan::budget(
                    ::zkarena::__private::Plan::reserve(
                        ::zkarena::__private::Plan::new(),
                        8 * rows,
                    ),
                    8388608,
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
    match () {
        () => {
            let trace: PVec<'_, u64> = phase.try_vec_zeroed(rows)?;
            Ok(trace.len())
        }
    }
}

fn main() {
    let column = vec![1; 1 << 20];
    let (sum, chunk) = commit(&column).expect("a small chunk fits");
    println!("sum {sum}, in chunks of {chunk} rows");
    assert_eq!((sum, chunk), (2 << 20, 1 << 19));
    let rows = trace(1 << 10).expect("8 KiB fit");
    println!("{rows} rows");
    let refused = trace(1 << 24).expect_err("128 MiB do not fit in 8");
    println!("not opened: {refused}");
}
