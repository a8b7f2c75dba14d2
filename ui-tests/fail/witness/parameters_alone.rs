use zkarena::witness;

fn prove(#[witness] key: u64) {}

fn main() {}
