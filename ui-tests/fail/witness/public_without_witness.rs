struct Assignment {
    #[public]
    rows: usize,
}

fn main() {}
