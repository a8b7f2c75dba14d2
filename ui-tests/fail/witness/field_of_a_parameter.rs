use zkarena::witness;

#[witness]
struct Blinding<F> {
    key: F,
}

fn main() {}
