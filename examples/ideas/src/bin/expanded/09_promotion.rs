// What the macros make of `../09_promotion.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Promotion: a result changes phases without a copy, or leaves them all for the heap.
//!
//! A block of 64 KiB and more has pages of its own. `promote` hands those to another phase in
//! constant time: the address stays, whatever the length. Smaller blocks are moved. `detach` does the
//! same for the heap; the lifetime says so, and there is no second type for it.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{ArenaAlloc, Detach, PVec, scope, zk_phase};
use zkarena_ideas::P;

struct Layer<'ph> {
    evals: PVec<'ph, u64>,
    challenge: u64,
}

#[automatically_derived]
#[allow(clippy::use_self, clippy::question_mark_used)]
impl<'ph> ::zkarena::__private::ArenaAlloc for Layer<'ph> {
    type In<'__to> = Layer<'__to>;
    fn footprint(&self) -> ::zkarena::__private::Footprint {
        match self {
            Self { evals: field_evals, challenge: field_challenge } => {
                let parts: [::zkarena::__private::Footprint; 2usize] = [
                    <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::footprint(field_evals),
                    <u64 as ::zkarena::__private::ArenaAlloc>::footprint(field_challenge),
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
            Self { evals: field_evals, challenge: field_challenge } => {
                ::core::result::Result::Ok(Layer {
                    evals: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_evals,
                        to,
                    )?,
                    challenge: <u64 as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_challenge,
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
            Self { evals: field_evals, challenge: field_challenge } => {
                ::core::result::Result::Ok(Layer {
                    evals: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_evals,
                        to,
                    )?,
                    challenge: <u64 as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_challenge,
                        to,
                    )?,
                })
            }
        }
    }
}

#[automatically_derived]
impl<'ph> ::zkarena::__private::ArenaTypesMustNotImplDrop for Layer<'ph> {}

#[automatically_derived]
impl<'ph> ::zkarena::__private::Detach for Layer<'ph> {}

const _: () = {
    #[allow(dead_code)]
    trait EveryFieldDetaches {
        fn check();
    }
    #[automatically_derived]
    #[allow(clippy::use_self)]
    impl<'ph> EveryFieldDetaches for Layer<'ph> {
        fn check() {
            let _ = <PVec<'ph, u64> as ::zkarena::__private::Detach>::detach;
            let _ = <u64 as ::zkarena::__private::Detach>::detach;
        }
    }
};

impl<'ph> Layer<'ph> {
    /// The folded layer, in the same memory.
    fn fold(mut self, challenge: u64) -> Layer<'ph> {
        let half = self.evals.len() / 2;
        let (low, high) = self.evals.split_at_mut(half);
        let pairs = low.iter_mut().zip(high);
        pairs.for_each(|(low, high)| *low = (*low + challenge * *high) % P);
        self.evals.truncate(half);
        self.challenge = challenge;
        self
    }
    fn address(&self) -> *const u64 {
        self.evals.as_ptr()
    }
}

fn last_layer(rows: usize) -> Layer<'static> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "last_layer",
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
            let (before, folded) = {
                static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
                    "tmp",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                let tmp = ::zkarena::__private::PhaseGuard::child(
                    phase,
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
                        let mut evals = tmp.vec_with(rows);
                        evals.extend(0..rows as u64);
                        let layer = Layer { evals, challenge: 0 }.fold(5);
                        (layer.address(), layer.promote(phase))
                    }
                }
            };
            let verb = if folded.address() == before { "handed over" } else { "moved" };
            println!("{rows} rows: {verb}, {}", folded.footprint());
            folded.fold(11).detach()
        }
    }
}

fn main() {
    for rows in [1 << 10, 1 << 20] {
        let last = last_layer(rows);
        println!("detached: {}", last.footprint());
        let quarter = rows as u64 / 4;
        let first = 5 * 2 * quarter + 11 * (quarter + 5 * 3 * quarter);
        assert_eq!((last.evals[0], last.challenge), (first % P, 11));
    }
}
