use zkarena::{Plain, Zeroable};

struct Noisy(u64);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("gone");
    }
}

// SAFETY: all zero bytes are the number zero.
unsafe impl Zeroable for Noisy {}
// SAFETY: a `u64`, and any bits are one.
unsafe impl Plain for Noisy {}

fn main() {}
