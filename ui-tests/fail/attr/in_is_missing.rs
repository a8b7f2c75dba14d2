use zkarena::{Phase, zk_phase};

#[zk_phase(tmp out)]
fn prove(out: Phase<'_>) {
    tmp.vec::<u32>();
    out.vec::<u32>();
}

fn main() {
    let _ = prove;
}
