use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() -> usize {
    let rows = loop {
        scope!(tmp in phase => { break tmp.zeroed::<u8>(1) });
    };
    rows.len()
}

fn main() {
    prove();
}
