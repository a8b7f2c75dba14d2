use zkarena::zk_phase;

#[zk_phase]
unsafe extern "C" {
    pub fn abort() -> !;
}

fn main() {}
