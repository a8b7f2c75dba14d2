use zkarena::Basis;

enum Lagrange {}

impl Basis for Lagrange {
    const NAME: &'static str = "Lagrange";
}

fn main() {}
