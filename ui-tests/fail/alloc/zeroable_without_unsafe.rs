use zkarena::Zeroable;

#[repr(transparent)]
struct Felt(u64);

impl Zeroable for Felt {}

fn main() {
    let _ = Felt(0).0;
}
