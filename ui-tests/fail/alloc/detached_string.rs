use zkarena::Detach;

fn keep<T: Detach>(proof: T) -> T::In<'static> {
    proof.detach()
}

fn main() {
    keep(String::from("fold"));
}
