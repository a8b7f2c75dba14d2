// What the macros make of `../12_polynomials.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Polynomials: whether a vector holds coefficients or evaluations is in its type.
//!
//! `Poly<'ph, F, B>` is a `PVec` with a basis: `Coeffs`, `Evals`, or `Evals<BitReversed>`. A transform
//! works in place and changes the type; a function that wants one basis does not compile with
//! another. zkarena knows no field: the arithmetic is the prover's.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{BitReversed, Coeffs, Evals, Phase, Poly, PolyRef, zk_phase};
use zkarena_ideas::{P, bit_reverse, fft, inverse_fft, pow, root};

fn evaluate(coeffs: Poly<'_, u64, Coeffs>) -> Poly<'_, u64, Evals> {
    coeffs.transform(fft)
}

fn interpolate(evals: Poly<'_, u64, Evals>) -> Poly<'_, u64, Coeffs> {
    evals.transform(inverse_fft)
}

fn value_at(coeffs: PolyRef<'_, u64, Coeffs>, at: u64) -> u64 {
    let coeffs = coeffs.iter().rev();
    coeffs.fold(0, |value, coeff| (value * at + coeff) % P)
}

/// The quotient of an opening: `(f(x) - value) / (x - at)`, pointwise.
fn quotient<'ph>(
    f: PolyRef<'_, u64, Evals>,
    (at, value): (u64, u64),
    phase: Phase<'ph>,
) -> Poly<'ph, u64, Evals> {
    let (root, mut x) = (root(f.len()), 1);
    let mut quotient = phase.vec_with(f.len());
    quotient
        .extend(
            f
                .iter()
                .map(|y| {
                    let divided = (y + P - value) * pow(x + P - at, P - 2) % P;
                    x = x * root % P;
                    divided
                }),
        );
    quotient.into()
}

fn main() {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "main",
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
            let f: Poly<'_, u64, Coeffs> = phase
                .vec_from(&[5, 0, 3, 2, 0, 0, 0, 0])
                .into();
            let at = 10;
            let value = value_at(f.view(), at);
            println!("f = {f:?}, f({at}) = {value}");
            let evals = evaluate(f);
            let q = interpolate(quotient(evals.view(), (at, value), phase));
            println!("q = {q:?}, of degree 2: the opening is right");
            assert_eq!(q[..], [230, 23, 2, 0, 0, 0, 0, 0]);
            let committed: Poly<'_, u64, Evals<BitReversed>> = evals
                .transform(bit_reverse);
            println!(
                "committed: 2^{} values",
                committed.log_size().expect("a power of two"),
            );
            assert_eq!(committed[1], 5 + 3 - 2);
        }
    }
}
