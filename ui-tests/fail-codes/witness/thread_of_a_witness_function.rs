use zkarena::witness;

#[witness]
fn prove(rows: &[u32]) {
    let rows = phase.vec_from(rows);
    std::thread::spawn(move || rows.len());
}

fn main() {
    prove(&[1]);
}
