// What the macros make of `../16_secrets.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Secrets: values that are read by name, released by name, and say nothing in between.
//!
//! A `PVec<'ph, T, Secret>` lies in the witness arena of its phase, a `Secret<T>` where it is put; both are
//! wiped. They are not printed, compared, indexed, cloned or detached: `expose` reads them, `declassify`
//! releases them. `#[witness]` holds every field of a type to that, but for those marked `#[public]`.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{ArenaAlloc, Home, PVec, Phase, Secret, witness, zk_phase};
use zkarena_ideas::P;

struct Assignment<'ph> {
    powers: PVec<'ph, u64, Secret>,
    blinding: Secret<u64>,
    rows: usize,
}

#[automatically_derived]
#[allow(clippy::use_self, clippy::question_mark_used)]
impl<'ph> ::zkarena::__private::ArenaAlloc for Assignment<'ph> {
    type In<'__to> = Assignment<'__to>;
    fn footprint(&self) -> ::zkarena::__private::Footprint {
        match self {
            Self {
                powers: field_powers,
                blinding: field_blinding,
                rows: field_rows,
            } => {
                let parts: [::zkarena::__private::Footprint; 3usize] = [
                    <PVec<
                        'ph,
                        u64,
                        Secret,
                    > as ::zkarena::__private::ArenaAlloc>::footprint(field_powers),
                    <Secret<
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::footprint(field_blinding),
                    <usize as ::zkarena::__private::ArenaAlloc>::footprint(field_rows),
                ];
                ::core::iter::Iterator::sum(::core::iter::IntoIterator::into_iter(parts))
            }
        }
    }
    fn try_copy_to<'__to>(
        &self,
        to: ::zkarena::__private::Home<'__to>,
    ) -> ::core::result::Result<Self::In<'__to>, ::zkarena::__private::AllocError> {
        match self {
            Self { powers: field_powers, blinding: field_blinding, rows: field_rows } => {
                ::core::result::Result::Ok(Assignment {
                    powers: <PVec<
                        'ph,
                        u64,
                        Secret,
                    > as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_powers,
                        to,
                    )?,
                    blinding: <Secret<
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_blinding,
                        to,
                    )?,
                    rows: <usize as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_rows,
                        to,
                    )?,
                })
            }
        }
    }
    fn try_move_to<'__to>(
        self,
        to: ::zkarena::__private::Home<'__to>,
    ) -> ::core::result::Result<Self::In<'__to>, ::zkarena::__private::AllocError> {
        match self {
            Self { powers: field_powers, blinding: field_blinding, rows: field_rows } => {
                ::core::result::Result::Ok(Assignment {
                    powers: <PVec<
                        'ph,
                        u64,
                        Secret,
                    > as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_powers,
                        to,
                    )?,
                    blinding: <Secret<
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_blinding,
                        to,
                    )?,
                    rows: <usize as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_rows,
                        to,
                    )?,
                })
            }
        }
    }
}

#[automatically_derived]
impl<'ph> ::zkarena::__private::ArenaTypesMustNotImplDrop for Assignment<'ph> {}

#[automatically_derived]
impl<'ph> ::core::fmt::Debug for Assignment<'ph> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        let mut shown = ::core::fmt::Formatter::debug_struct(f, "Assignment");
        ::core::fmt::DebugStruct::finish_non_exhaustive(&mut shown)
    }
}

#[automatically_derived]
impl<'ph> ::zkarena::__private::SecretSafe for Assignment<'ph> {}

const _: () = {
    #[allow(dead_code)]
    trait WitnessTypesMustNotBeClone {}
    impl<T: ::core::clone::Clone> WitnessTypesMustNotBeClone for T {}
    #[automatically_derived]
    impl<'ph> WitnessTypesMustNotBeClone for Assignment<'ph> {}
    #[allow(dead_code)]
    trait EveryFieldIsWiped {
        fn check();
    }
    #[automatically_derived]
    #[allow(clippy::use_self)]
    impl<'ph> EveryFieldIsWiped for Assignment<'ph> {
        fn check() {
            let () = <PVec<'ph, u64, Secret> as ::zkarena::__private::SecretSafe>::CHECK;
            let () = <Secret<u64> as ::zkarena::__private::SecretSafe>::CHECK;
        }
    }
};

impl<'ph> Assignment<'ph> {
    fn new(secret: u64, rows: usize, phase: Phase<'ph>) -> Self {
        let mut powers = phase.secret_vec_with(rows);
        powers
            .extend(
                std::iter::successors(Some(1), |power| Some(power * secret % P))
                    .take(rows),
            );
        Self {
            powers,
            blinding: Secret::new(secret ^ 0x5eed),
            rows,
        }
    }
    /// A value of the blinded polynomial.
    fn opening(&self, at: u64) -> u64 {
        let coeffs = self.powers.expose().iter().rev();
        coeffs.fold(*self.blinding.expose(), |sum, coeff| (sum * at + coeff) % P)
    }
}

fn prove(secret: u64, rows: usize) -> (u64, PVec<'static, u64>) {
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
            let assignment = Assignment::new(secret, rows, phase);
            println!("{assignment:?}: {}", assignment.footprint());
            let opening = assignment.opening(5);
            let Assignment { mut powers, rows, .. } = assignment;
            let last = powers.split_off(rows - 1);
            println!("{powers:?}, and of {rows} elements {} is released", last.len());
            (opening, last.declassify(Home::Heap))
        }
    }
}

fn main() {
    let (opening, last) = prove(7, 1 << 10);
    println!("opening {opening}, last power {}", last[0]);
    assert_eq!(last[0], zkarena_ideas::pow(7, 1023));
}
