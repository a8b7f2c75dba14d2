use zkarena::zk_phase;

#[zk_phase]
pub unsafe trait Prove {
    fn prove(&self);
}

fn main() {}
