use zkarena::NoDrop;

#[derive(Clone, Copy)]
struct Felt(u64);

impl NoDrop for Felt {}

fn main() {
    let _ = Felt(0).0;
}
