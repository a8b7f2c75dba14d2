//! Hash maps: collections of other crates live in a phase, too.
//!
//! The handle is an `Allocator` of allocator-api2, which hashbrown's maps and sets take as a
//! parameter. Such a map cannot leave the phase, its table goes when the phase ends, and growing it
//! asks nobody else for memory.
#![forbid(unsafe_code)]

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
#[zk_phase(tmp in out)]
fn column<'p>(lookups: &[u16], table: &[u16], out: Phase<'p>) -> PVec<'p, u32> {
    let multiplicities = count(lookups, tmp);
    println!(
        "{} values, map of {}",
        multiplicities.len(),
        tmp.stats().poly.high_water
    );
    let mut column = out.vec_with(table.len());
    column.extend(
        table
            .iter()
            .map(|value| multiplicities.get(value).copied().unwrap_or(0)),
    );
    column
}

#[zk_phase]
fn main() {
    let table: Vec<u16> = (0..1 << 15).collect();
    let lookups: Vec<u16> = (0..200_000u64)
        .map(|row| (row * row % 32_749) as u16)
        .collect();
    let column = column(&lookups, &table, phase);
    println!(
        "{} lookups in a column of {} rows",
        column.iter().sum::<u32>(),
        column.len()
    );
    assert_eq!(column.iter().sum::<u32>(), 200_000);
    assert_eq!(column[32_749..], [0; 19]); // beyond the modulus nothing is looked up
}
