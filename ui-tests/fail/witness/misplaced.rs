use zkarena::witness;

#[witness]
fn prove() {}

#[witness]
impl Prover {}

#[witness]
union Either {
    left: u64,
    right: i64,
}

#[witness]
type Key = zkarena::Secret<u64>;

struct Prover;

fn main() {
    prove();
}
