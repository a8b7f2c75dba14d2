//! Results leave the phase they were made in: to the caller's, or to the heap.
use zkarena::{ArenaAlloc, Detach, PBox, PVec, Phase, scope, zk_phase};

#[derive(ArenaAlloc, Detach)]
struct Columns<'ph> {
    values: PVec<'ph, u64>,
    name: PBox<'ph, String>,
}

#[zk_phase(tmp in out)]
fn fold<'p>(rows: usize, out: Phase<'p>) -> Columns<'p> {
    let columns = Columns {
        values: tmp.vec_from(&vec![7; rows]),
        name: tmp.boxed("fold".to_owned()),
    };
    columns.promote(out)
}

#[zk_phase]
fn kept(rows: usize) -> Columns<'static> {
    fold(rows, phase).detach()
}

#[zk_phase]
fn copied(rows: &[u64]) -> usize {
    let first = phase.vec_from(rows);
    let copy = scope!(tmp in phase => { first.copy_into(tmp).copy_into(phase) });
    first.len() + copy.len()
}

#[zk_phase]
fn through_two_phases() -> u64 {
    let outer = scope!(middle in phase => {
        scope!(inner in middle => { inner.vec_from(&[9; 20_000]).promote(middle) }).promote(phase)
    });
    outer[19_999]
}

fn main() {
    for rows in [1, 100_000] {
        let columns = kept(rows);
        assert_eq!((columns.values.len(), columns.values[rows - 1], &**columns.name), (rows, 7, "fold"));
    }
    assert_eq!((copied(&[1, 2]), through_two_phases()), (4, 9));
}
