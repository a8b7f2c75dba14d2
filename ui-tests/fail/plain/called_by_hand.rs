use zkarena::__private::plain_struct;

#[derive(Clone, Copy)]
struct Place {
    row: &'static u64,
    tag: bool,
}

plain_struct! { Place { row: u64, tag: u8 } }

#[derive(Clone, Copy)]
struct Row {
    width: u64,
    next: &'static u64,
}

plain_struct! { Row { width: [u64; 2] } }

#[derive(Clone, Copy)]
struct Twice(u64, &'static u64);

plain_struct! { Twice { 0: u64, 0: u64 } }

fn main() {}
