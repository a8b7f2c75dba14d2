use rayon::prelude::*;
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let local = phase.local();
    (0..64u32).into_par_iter().for_each(|row| {
        local.alloc(row);
    });
}

fn main() {
    prove();
}
