use zkarena::Plain;

#[derive(Clone, Copy, Plain)]
#[repr(C)]
struct Between {
    tag: u8,
    value: u32,
}

#[derive(Clone, Copy, Plain)]
#[repr(C)]
struct Behind(u64, u16);

#[derive(Clone, Copy, Plain)]
#[repr(C, align(16))]
struct Aligned(u64);

fn main() {}
