use zkarena::{PVec, zk_phase};

#[zk_phase]
fn prove() {
    let rows = phase.vec_from(&[1]);
    let leaked: &'static PVec<u32> = Box::leak(Box::new(rows));
    println!("{leaked:?}");
}

fn main() {
    prove();
}
