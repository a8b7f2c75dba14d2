use zkarena::witness;

#[derive(Clone)]
#[witness]
struct Assignment<F> {
    #[public]
    rows: Vec<F>,
}

fn main() {}
