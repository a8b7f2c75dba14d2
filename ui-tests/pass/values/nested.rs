//! Phases in phases: results go to the outer one while the inner one is open.
use zkarena::{PVec, Phase, scope, with_phase, zk_phase};

#[zk_phase(tmp in out)]
fn halves<'p>(rows: &[u32], out: Phase<'p>) -> PVec<'p, u32> {
    if rows.len() == 1 {
        return out.vec_from(rows);
    }
    let half = rows.len() / 2;
    let (left, right) = (halves(&rows[..half], tmp), halves(&rows[half..], tmp));
    let mut joined = out.vec_with(rows.len());
    joined.extend(right.iter().chain(&left));
    joined
}

#[zk_phase]
fn layers(rows: &[u32]) -> usize {
    let mut layers = phase.vec::<PVec<'_, u32>>();
    for _ in 0..3 {
        scope!(tmp in phase => {
            let scratch = tmp.vec_from(rows);
            layers.push(phase.vec_from(&scratch)); // the parent is in use while its child is open
        });
    }
    layers.iter().map(|layer| layer.len()).sum()
}

#[zk_phase]
fn with_phases() -> u32 {
    let mut rows = phase.vec_from(&[1]);
    let more = with_phase(|inner| {
        rows.push(2);
        rows.iter().sum::<u32>() + *inner.alloc(1)
    });
    more + rows[1]
}

fn main() {
    assert_eq!(with_phase(|phase| halves(&[1, 2, 3, 4], *phase).to_vec()), [4, 3, 2, 1]);
    assert_eq!((layers(&[1, 2]), with_phases()), (6, 6));
}
