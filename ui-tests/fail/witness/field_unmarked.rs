use zkarena::witness;

struct Inner;

#[witness]
struct Outer(Inner);

fn main() {}
