use zkarena::zk_phase;

#[zk_phase]
pub enum Basis {
    Coeffs,
    Evals,
}

fn main() {}
