use std::sync::OnceLock;
use zkarena::{PVec, zk_phase};

static TWIDDLES: OnceLock<PVec<'static, u32>> = OnceLock::new();

#[zk_phase]
fn twiddles() -> &'static [u32] {
    TWIDDLES.get_or_init(|| phase.vec_from(&[1]))
}

fn main() {
    twiddles();
}
