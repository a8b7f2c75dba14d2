// What the macros make of `../07_results.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Results: `tmp` dies with the function, `out` is the caller's phase and gets the result.
//!
//! `#[zk_phase(tmp in out)]` opens a phase inside the one that comes as an argument. Both are in use
//! at once, as they do not share chunks: scratch memory is free again when the function returns,
//! and the result stays where it was written. `?` ends the phase, too.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{PVec, Phase, zk_phase};
use zkarena_ideas::{GENERATOR, P, fft, inverse_fft};

/// The column over a coset that is `blowup` times as large.
fn low_degree_extension<'p>(
    column: &[u64],
    blowup: usize,
    out: Phase<'p>,
) -> Result<PVec<'p, u64>, String> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "low_degree_extension",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let tmp = ::zkarena::__private::PhaseGuard::child(
        out,
        &__ZKARENA_SITE,
        ::zkarena::__private::Plan::new(),
    );
    #[allow(
        clippy::used_underscore_binding,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let tmp: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
        &tmp,
    );
    match () {
        () => {
            let size = extended_size(column.len(), blowup)?;
            let mut coeffs = tmp.vec_from(column);
            inverse_fft(&mut coeffs);
            let mut lde = out.vec_with(size);
            let mut power = 1;
            lde.extend(
                coeffs
                    .iter()
                    .map(|coeff| {
                        let shifted = coeff * power % P;
                        power = power * GENERATOR % P;
                        shifted
                    }),
            );
            lde.resize(size, 0);
            fft(&mut lde);
            Ok(lde)
        }
    }
}

fn extended_size(rows: usize, blowup: usize) -> Result<usize, String> {
    let size = rows * blowup;
    let two_adic = rows.is_power_of_two() && size.is_power_of_two();
    two_adic
        .then_some(size)
        .ok_or_else(|| format!("{rows} rows times {blowup} is no two-adic size"))
}

fn prove(rows: usize) -> Result<u64, String> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "prove",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let phase = ::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        ::zkarena::__private::Plan::new(),
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
    match () {
        () => {
            let column = phase.vec_from(&vec![7; rows]);
            println!("before: {}", phase.stats().poly.bytes);
            let lde = low_degree_extension(&column, 4, phase)?;
            println!("after: {}", phase.stats().poly.bytes);
            assert!(lde.iter().all(|&value| value == 7));
            Ok(lde.len() as u64)
        }
    }
}

fn main() {
    println!("{:?}", prove(1 << 16));
    println!("{:?}", prove(1000));
}
