// What the macros make of `../13_hash_maps.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Hash maps: collections of other crates live in a phase, too.
//!
//! The handle is an `Allocator` of allocator-api2, which hashbrown's maps and sets take as a
//! parameter. Such a map cannot leave the phase, its table goes when the phase ends, and growing it
//! asks nobody else for memory.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use hashbrown::{DefaultHashBuilder, HashMap};
use zkarena::{PVec, Phase, zk_phase};

type Multiplicities<'ph> = HashMap<u16, u32, DefaultHashBuilder, Phase<'ph>>;

/// How often each value of a range check is looked up.
fn count<'ph>(lookups: &[u16], phase: Phase<'ph>) -> Multiplicities<'ph> {
    let mut multiplicities = HashMap::new_in(phase);
    for &value in lookups {
        *multiplicities.entry(value).or_insert(0) += 1;
    }
    multiplicities
}

/// The column of multiplicities: in the order of the table, not in that of the map.
fn column<'p>(lookups: &[u16], table: &[u16], out: Phase<'p>) -> PVec<'p, u32> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "column",
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
            let multiplicities = count(lookups, tmp);
            println!(
                "{} values, map of {}",
                multiplicities.len(),
                tmp.stats().poly.high_water,
            );
            let mut column = out.vec_with(table.len());
            column
                .extend(
                    table
                        .iter()
                        .map(|value| multiplicities.get(value).copied().unwrap_or(0)),
                );
            column
        }
    }
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
            let table: Vec<u16> = (0..1 << 15).collect();
            let lookups: Vec<u16> = (0..200_000u64)
                .map(|row| (row * row % 32_749) as u16)
                .collect();
            let column = column(&lookups, &table, phase);
            println!(
                "{} lookups in a column of {} rows",
                column.iter().sum::<u32>(),
                column.len(),
            );
            assert_eq!(column.iter().sum::<u32>(), 200_000);
            assert_eq!(column[32_749..], [0; 19]);
        }
    }
}
