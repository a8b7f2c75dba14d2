use zkarena::{Secret, witness, zk_phase};

struct Prover;

impl Prover {
    #[witness]
    fn itself(#[witness] &self) {}
}

#[witness]
fn patterns(#[witness] (left, right): (u64, u64), #[witness] _: u64, #[witness] ref key: u64) {
    drop((left, right, key));
}

#[witness]
fn marks(#[witness] #[witness] twice: u64, #[witness(wipe)] options: u64) -> u64 {
    twice.declassify() + options.declassify()
}

/// One error, and not one more for each use.
#[zk_phase]
fn without(#[witness] key: u64, #[witness] mut other: u64) -> u64 {
    *other.expose_mut() += key.expose();
    #[witness]
    let third = 3;
    other.declassify() + third.declassify()
}

#[zk_phase]
fn variable_without(keys: &[u64]) -> u64 {
    #[witness]
    let key: u64 = phase.vec_from(keys)[0];
    key.declassify()
}

/// It is a secret, and not what it was.
#[witness]
fn used(#[witness] key: u64) -> u64 {
    key + 1
}

#[witness]
fn twice_secret(#[witness] key: Secret<u64>) -> u64 {
    key.declassify()
}

fn main() {}
