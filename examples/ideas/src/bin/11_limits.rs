//! Limits: a phase has a budget, and what it refuses is an error to act on.
//!
//! `budget` bounds what the arenas of a phase and of the phases inside it hold at once. With `try`, a
//! phase that cannot open returns an `AllocError` by `?`. Every method that allocates has a `try_`
//! twin; the one without panics with the same text.
#![forbid(unsafe_code)]

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
#[zk_phase(budget = "8MiB", try)]
fn commit(column: &[u64]) -> Result<(u64, usize), AllocError> {
    let mut chunk = column.len();
    loop {
        match sums(column, chunk, phase) {
            Err(refused) if refused.is_over_limit() && chunk > 1 => println!("refused: {refused}"),
            sum => return Ok((sum?, chunk)),
        }
        chunk /= 2;
    }
}

#[zk_phase(reserve = 8 * rows, budget = "8MiB", try)]
fn trace(rows: usize) -> Result<usize, AllocError> {
    let trace: PVec<'_, u64> = phase.try_vec_zeroed(rows)?;
    Ok(trace.len())
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
