use zkarena::zk_phase;

#[zk_phase(tmp in rows)]
fn prove(rows: &[u32]) {
    tmp.vec_from(rows);
}

fn main() {
    prove(&[1]);
}
