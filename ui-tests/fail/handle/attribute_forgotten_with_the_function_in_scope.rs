use zkarena::*;

fn prove(rows: usize) {
    phase.vec_with::<u32>(rows);
}

fn main() {
    prove(1);
}
