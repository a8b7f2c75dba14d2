use zkarena::zk_phase;

trait Prove {
    #[zk_phase]
    fn prove(&self) -> u32;
}

fn main() {}
