//! Results: `tmp` dies with the function, `out` is the caller's phase and gets the result.
//!
//! `#[zk_phase(tmp in out)]` opens a phase inside the one that comes as an argument. Both are in use
//! at once, as they do not share chunks: scratch memory is free again when the function returns,
//! and the result stays where it was written. `?` ends the phase, too.
#![forbid(unsafe_code)]

use zkarena::{PVec, Phase, zk_phase};
use zkarena_ideas::{GENERATOR, P, fft, inverse_fft};

/// The column over a coset that is `blowup` times as large.
#[zk_phase(tmp in out)]
fn low_degree_extension<'p>(
    column: &[u64],
    blowup: usize,
    out: Phase<'p>,
) -> Result<PVec<'p, u64>, String> {
    let size = extended_size(column.len(), blowup)?;
    let mut coeffs = tmp.vec_from(column);
    inverse_fft(&mut coeffs);

    let mut lde = out.vec_with(size);
    let mut power = 1;
    lde.extend(coeffs.iter().map(|coeff| {
        let shifted = coeff * power % P;
        power = power * GENERATOR % P;
        shifted
    }));
    lde.resize(size, 0);
    fft(&mut lde);
    Ok(lde) // `Ok(coeffs)` would be an error: "returns a value referencing data owned by .."
}

fn extended_size(rows: usize, blowup: usize) -> Result<usize, String> {
    let size = rows * blowup;
    let two_adic = rows.is_power_of_two() && size.is_power_of_two();
    two_adic
        .then_some(size)
        .ok_or_else(|| format!("{rows} rows times {blowup} is no two-adic size"))
}

#[zk_phase]
fn prove(rows: usize) -> Result<u64, String> {
    let column = phase.vec_from(&vec![7; rows]);
    println!("before: {}", phase.stats().poly.bytes);
    let lde = low_degree_extension(&column, 4, phase)?;
    println!("after: {}", phase.stats().poly.bytes); // the column and the extension
    assert!(lde.iter().all(|&value| value == 7)); // the extension of a constant
    Ok(lde.len() as u64)
}

fn main() {
    println!("{:?}", prove(1 << 16));
    println!("{:?}", prove(1000));
}
