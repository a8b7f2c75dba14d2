//! Promotion: a result changes phases without a copy, or leaves them all for the heap.
//!
//! A block of 64 KiB and more has pages of its own. `promote` hands those to another phase in
//! constant time: the address stays, whatever the length. Smaller blocks are moved. `detach` does the
//! same for the heap; the lifetime says so, and there is no second type for it.
#![forbid(unsafe_code)]

use zkarena::{ArenaAlloc, Detach, PVec, scope, zk_phase};
use zkarena_ideas::P;

#[derive(ArenaAlloc, Detach)]
struct Layer<'ph> {
    evals: PVec<'ph, u64>,
    challenge: u64,
}

impl<'ph> Layer<'ph> {
    /// The folded layer, in the same memory.
    fn fold(mut self, challenge: u64) -> Layer<'ph> {
        let half = self.evals.len() / 2;
        let (low, high) = self.evals.split_at_mut(half);
        let pairs = low.iter_mut().zip(high);
        pairs.for_each(|(low, high)| *low = (*low + challenge * *high) % P);
        self.evals.truncate(half);
        self.challenge = challenge;
        self
    }

    fn address(&self) -> *const u64 {
        self.evals.as_ptr()
    }
}

#[zk_phase]
fn last_layer(rows: usize) -> Layer<'static> {
    let (before, folded) = scope!(tmp in phase => {
        let mut evals = tmp.vec_with(rows);
        evals.extend(0..rows as u64);
        let layer = Layer { evals, challenge: 0 }.fold(5);
        (layer.address(), layer.promote(phase)) // `layer` alone would not outlive `tmp`
    });
    let verb = if folded.address() == before {
        "handed over"
    } else {
        "moved"
    };
    println!("{rows} rows: {verb}, {}", folded.footprint());
    folded.fold(11).detach()
}

fn main() {
    for rows in [1 << 10, 1 << 20] {
        let last = last_layer(rows);
        println!("detached: {}", last.footprint());
        let quarter = rows as u64 / 4;
        let first = 5 * 2 * quarter + 11 * (quarter + 5 * 3 * quarter);
        assert_eq!((last.evals[0], last.challenge), (first % P, 11));
    }
}
