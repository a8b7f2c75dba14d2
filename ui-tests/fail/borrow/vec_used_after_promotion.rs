use zkarena::{ArenaAlloc, Phase, zk_phase};

#[zk_phase(tmp in out)]
fn fold(out: Phase<'_>) -> usize {
    let rows = tmp.vec_from(&[1]);
    let kept = rows.promote(out);
    kept.len() + rows.len()
}

fn main() {}
