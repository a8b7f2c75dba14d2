//! The handle is the allocator of collections from other crates.
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use zkarena::{Phase, zk_phase};

type Lookups<'ph> = HashMap<u64, Vec<u64>, DefaultHashBuilder, Phase<'ph>>;

fn lookups<'ph>(rows: &[u64], phase: Phase<'ph>) -> Lookups<'ph> {
    let mut lookups = HashMap::new_in(phase);
    for row in rows {
        lookups.entry(row % 16).or_insert_with(Vec::new).push(*row);
    }
    lookups
}

#[zk_phase]
fn count(rows: &[u64]) -> usize {
    let lookups = lookups(rows, phase.scratch());
    let mut seen = HashSet::<u64, DefaultHashBuilder, _>::with_capacity_in(16, phase);
    seen.extend(lookups.keys());
    lookups.values().map(Vec::len).sum::<usize>() + seen.len()
}

fn main() {
    let rows: Vec<u64> = (0..1000).collect();
    assert_eq!(count(&rows), 1016);
}
