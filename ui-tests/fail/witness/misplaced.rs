use zkarena::witness;

#[witness]
impl Prover {}

#[witness]
mod provers {}

#[witness]
trait Prove {}

#[witness]
union Either {
    left: u64,
    right: i64,
}

#[witness]
type Key = zkarena::Secret<u64>;

struct Prover;

fn main() {}
