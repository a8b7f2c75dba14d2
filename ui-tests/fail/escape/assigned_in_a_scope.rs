use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() -> usize {
    let rows;
    scope!(tmp in phase => { rows = tmp.zeroed::<u8>(1) });
    rows.len()
}

fn main() {
    prove();
}
