use zkarena::{Secret, witness};

#[derive(Clone)]
#[witness]
struct Assignment<F> {
    key: Secret<F>,
}

fn main() {}
