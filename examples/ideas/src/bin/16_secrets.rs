//! Secrets: values that are read by name, released by name, and say nothing in between.
//!
//! A `PVec<'ph, T, Secret>` lies in the witness arena of its phase, a `Secret<T>` where it is put; both are
//! wiped. They are not printed, compared, indexed, cloned or detached: `expose` reads them, `declassify`
//! releases them. `#[witness]` holds every field of a type to that, but for those marked `#[public]`.
#![forbid(unsafe_code)]

use zkarena::{ArenaAlloc, Home, PVec, Phase, Secret, witness, zk_phase};
use zkarena_ideas::P;

#[witness]
#[derive(ArenaAlloc)]
struct Assignment<'ph> {
    powers: PVec<'ph, u64, Secret>,
    blinding: Secret<u64>,
    #[public]
    rows: usize,
}

impl<'ph> Assignment<'ph> {
    fn new(secret: u64, rows: usize, phase: Phase<'ph>) -> Self {
        let mut powers = phase.secret_vec_with(rows);
        powers.extend(std::iter::successors(Some(1), |power| Some(power * secret % P)).take(rows));
        Self {
            powers,
            blinding: Secret::new(secret ^ 0x5eed),
            rows,
        }
    }

    /// A value of the blinded polynomial.
    fn opening(&self, at: u64) -> u64 {
        let coeffs = self.powers.expose().iter().rev();
        coeffs.fold(*self.blinding.expose(), |sum, coeff| (sum * at + coeff) % P)
    }
}

#[zk_phase]
fn prove(secret: u64, rows: usize) -> (u64, PVec<'static, u64>) {
    let assignment = Assignment::new(secret, rows, phase);
    println!("{assignment:?}: {}", assignment.footprint());
    let opening = assignment.opening(5);
    // Taken apart: the last power is released, all else is wiped.
    let Assignment {
        mut powers, rows, ..
    } = assignment;
    let last = powers.split_off(rows - 1);
    println!(
        "{powers:?}, and of {rows} elements {} is released",
        last.len()
    );
    (opening, last.declassify(Home::Heap))
}

fn main() {
    let (opening, last) = prove(7, 1 << 10);
    println!("opening {opening}, last power {}", last[0]);
    assert_eq!(last[0], zkarena_ideas::pow(7, 1023));
}
