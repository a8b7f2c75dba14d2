// A function that is rejected has its handle, or each use of it would be an error of its own.
use zkarena::{PVec, zk_phase};

#[zk_phase(nmae = "commit")]
fn wrong_option(rows: &[u32]) -> u32 {
    phase.vec_from(rows)[0]
}

#[zk_phase]
async fn asynchronous(rows: &[u32]) -> u32 {
    phase.vec_from(rows)[0]
}

#[zk_phase]
const fn constant(rows: &[u32]) -> PVec<'static, u32> {
    phase.vec_from(rows)
}

#[zk_phase(name = 1)]
fn generic<T: Clone>(rows: &[T]) -> Option<T> {
    let rows = phase.vec_from(rows);
    rows.first().cloned()
}

fn main() {
    wrong_option(&[1]);
    let _ = asynchronous(&[1]);
    constant(&[1]);
    generic(&[1]);
}
