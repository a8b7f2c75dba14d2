use zkarena::Plain;

#[derive(Clone, Copy, Plain)]
#[repr(C)]
struct Row {
    cells: Vec<u64>,
    next: Box<u64>,
}

#[derive(Clone, Copy, Plain)]
#[repr(C)]
struct Place(&'static u64, bool);

#[derive(Clone, Copy, Plain)]
#[repr(C)]
struct Noisy(u64);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("gone");
    }
}

#[derive(Plain)]
#[repr(C)]
struct Moved(u64);

fn main() {}
