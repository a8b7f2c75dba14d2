use zkarena::Detach;

fn keep<T: Detach>(proof: T) -> T::In<'static> {
    proof
}

fn main() {
    keep(1);
}
