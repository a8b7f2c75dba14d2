use zkarena::{ArenaAlloc, Phase, zk_phase};

#[zk_phase(tmp in out)]
fn name<'p>(out: Phase<'p>) -> String {
    let _ = tmp;
    String::from("fold").promote(out)
}

fn main() {}
