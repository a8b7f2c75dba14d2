//! What lives in a phase may borrow from outside of it, and from what lives there already.
use zkarena::{PVec, Phase, zk_phase};

struct Opening<'ph, 'rows> {
    row: &'rows [u32],
    path: PVec<'ph, u32>,
}

fn longest<'a>(rows: &[&'a [u32]]) -> Option<&'a [u32]> {
    rows.iter().copied().max_by_key(|row| row.len())
}

#[zk_phase]
fn of_an_argument<'a>(rows: &'a [Vec<u32>]) -> Option<&'a [u32]> {
    let mut views = phase.vec::<&'a [u32]>();
    views.extend(rows.iter().map(Vec::as_slice));
    longest(&views)
}

#[zk_phase]
fn of_the_phase(rows: &[u32]) -> u32 {
    let copy = &*phase.copy(rows);
    let halves = phase.vec_from(&[&copy[..1], &copy[1..]]);
    let slot: &mut &[u32] = phase.alloc(halves[1]);
    slot.iter().sum()
}

fn open<'ph, 'rows>(rows: &'rows [u32], phase: Phase<'ph>) -> Opening<'ph, 'rows> {
    Opening { row: &rows[1..], path: phase.vec_from(rows) }
}

#[zk_phase]
fn row_of_an_opening(rows: &[u32]) -> &[u32] {
    let opening = open(rows, phase);
    assert_eq!(opening.path.len(), rows.len());
    opening.row
}

fn main() {
    assert_eq!(of_an_argument(&[vec![1], vec![2, 3]]), Some(&[2, 3][..]));
    assert_eq!(of_the_phase(&[1, 2, 3]), 5);
    assert_eq!(row_of_an_opening(&[1, 2]), [2]);
}
