//! A witness function: everything that is allocated in it, by any library, is wiped when it ends.
//!
//! The library below knows nothing of secrets, and puts them into a `Vec`. `#[witness]` on the function that
//! calls it has that memory come from where witnesses lie. What comes in by value lies in the caller's frame,
//! too: the key is handed over in a `Secret`. What goes out is public.
#![forbid(unsafe_code)]

use zkarena::{PhaseAlloc, Secret, witness, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new(); // what libraries allocate goes through it

mod library {
    use super::P;

    pub(crate) fn powers(base: u64, rows: usize) -> Vec<u64> {
        let powers = std::iter::successors(Some(1), |power| Some(power * base % P));
        powers.take(rows).collect()
    }

    pub(crate) fn open(trace: &[u64]) -> u64 {
        trace.iter().fold(0, |sum, row| (sum * 5 + row) % P)
    }
}

#[zk_phase(name = "prove")]
#[witness]
fn prove(key: &Secret<u64>, #[witness] nonce: u64, rows: usize) -> Result<u64, String> {
    if rows == 0 {
        return Err("a trace has rows".to_owned());
    }
    let trace = library::powers(*key.expose(), rows);
    #[witness]
    let blinding = trace[rows - 1] ^ nonce.expose();
    Ok(library::open(&trace) ^ blinding.declassify())
}

fn main() {
    let key = Secret::new(7);
    let opening = prove(&key, 0x5eed, 1 << 10);
    println!(
        "{key:?}: opening {opening:?}, and without rows {:?}",
        prove(&key, 1, 0)
    );
    let trace = library::powers(*key.expose(), 1 << 10);
    assert_eq!(opening, Ok(library::open(&trace) ^ trace[1023] ^ 0x5eed));
}
