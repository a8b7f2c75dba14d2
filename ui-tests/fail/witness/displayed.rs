use zkarena::{Secret, zk_phase};

#[zk_phase]
fn show(key: Secret<u64>) {
    let values = phase.secret_vec_from(&[1u64]);
    println!("{values}");
    println!("{key}");
}

fn main() {}
