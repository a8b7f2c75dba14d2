//! Columns: a struct whose data lives in a phase says how it is built, and what that takes.
//!
//! `derive(ArenaAlloc)` teaches a struct to be copied and moved between phases. With `new(..)` it
//! also gets `new_in`, which builds it in a phase, and `plan`, the plan of a phase with room for it:
//! one chunk is taken when the phase opens, and the columns are cut from it. `#[zk_phase(plan = ..)]`
//! opens the function's phase with it.
#![forbid(unsafe_code)]

use zkarena::{AllocError, ArenaAlloc, PVec, zk_phase};
use zkarena_ideas::{P, pow, root};

#[derive(ArenaAlloc)]
#[arena(new(rows: usize, blowup: usize))]
struct Columns<'ph> {
    #[arena(len = rows, init = |row| pow(3, row as u64))]
    trace: PVec<'ph, u64>,
    #[arena(reserve = rows * blowup, align = 64)]
    lde: PVec<'ph, u64>,
    #[arena(len = rows / 2, init = |index| pow(root(rows), index as u64))]
    twiddles: PVec<'ph, u64>,
    #[arena(skip)]
    name: String,
}

#[zk_phase(plan = Columns::plan(rows, blowup), try)]
fn commit(rows: usize, blowup: usize) -> Result<(), AllocError> {
    let reserved = phase.stats().poly.bytes;
    println!("reserved: {reserved}");

    let mut columns = Columns::new_in(phase, rows, blowup, "main".to_owned())?;
    let padded = columns.trace.iter().copied().chain(std::iter::repeat(0));
    columns.lde.extend(padded.take(rows * blowup)); // no allocation: the room was asked for
    println!("in use: {}", phase.stats().poly.bytes);
    assert_eq!(reserved, phase.stats().poly.bytes);

    println!("{}: {}", columns.name, columns.footprint());
    assert_eq!(columns.trace[2], 9);
    assert_eq!(
        columns.twiddles[rows / 4] * columns.twiddles[rows / 4] % P,
        P - 1
    );
    Ok(())
}

fn main() -> Result<(), AllocError> {
    commit(1 << 16, 4)
}
