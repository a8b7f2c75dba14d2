use zkarena::Plain;

#[derive(Clone, Copy, Plain)]
#[repr(u8)]
enum Gate {
    Add,
    Mul,
}

#[derive(Clone, Copy, Plain)]
#[repr(C)]
union Word {
    low: u8,
    all: u64,
}

#[derive(Clone, Copy, Plain)]
struct Cell {
    row: u32,
    column: u32,
}

#[derive(Clone, Copy, Plain)]
#[repr(transparent)]
struct Row<'a, T>(&'a T);

#[derive(Clone, Copy, Plain)]
#[plain(file)]
#[repr(C)]
struct Felt(u64);

fn main() {}
