use zkarena::{Phase, zk_phase};

#[zk_phase(tmp in out)]
fn fold(out: Phase<'_>) {
    tmp = out;
    tmp.vec_from(&[1]);
}

fn main() {}
