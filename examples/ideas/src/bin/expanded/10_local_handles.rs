// What the macros make of `../10_local_handles.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Local handles: inner loops on rayon's workers, each in its own part of the phase.
//!
//! The handle is `Send`, so workers allocate in the phase of the thread that opened it. For many small
//! blocks `phase.local()` remembers the worker's place in the arena: a block then costs a handful of
//! instructions. It stays on its thread, and `map_init` makes one where it is needed.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use rayon::prelude::*;
use zkarena::{Local, zk_phase};
use zkarena_ideas::P;

/// The openings of one query: a value of each layer, small enough to be cut from a warm page.
fn open<'ph>(layers: &[Vec<u64>], query: usize, local: &Local<'ph>) -> &'ph [u64] {
    local
        .slice_with(
            layers.len(),
            |depth| {
                let layer = &layers[depth];
                layer[query % layer.len()]
            },
        )
}

fn answer(layers: &[Vec<u64>], queries: usize) -> usize {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "answer",
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
            let openings: Vec<&[u64]> = (0..queries)
                .into_par_iter()
                .map_init(|| phase.local(), |local, query| open(layers, query, local))
                .collect();
            let consistent = |opening: &&&[u64]| {
                opening.windows(2).all(|pair| pair[0] >= pair[1])
            };
            println!("poly arena: {} in use", phase.stats().poly.bytes);
            openings.iter().filter(consistent).count()
        }
    }
}

fn main() {
    let layers: Vec<Vec<u64>> = (4..16)
        .rev()
        .map(|log_size| (0..1 << log_size).map(|index| index % P).collect())
        .collect();
    let queries = 50_000;
    let consistent = answer(&layers, queries);
    println!("{consistent} of {queries} queries are consistent");
    assert_eq!(consistent, queries);
}
