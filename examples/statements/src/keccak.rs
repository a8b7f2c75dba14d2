//! Keccak-f\[1600\] permutations, one in 24 rows.

use p3_keccak_air::{KeccakAir, NUM_KECCAK_COLS, NUM_ROUNDS, generate_trace_rows};
use p3_matrix::dense::RowMajorMatrix;

use crate::config::{self, LOG_BLOWUP, Val};
use crate::engine::{PIECE_ROWS, Workload};
use crate::input::{SEED, in_pieces, inputs, random_inputs};
use std::iter::once;

/// Trace columns.
pub(crate) const COLUMNS: usize = NUM_KECCAK_COLS;
/// One permutation, padded to a power of two.
pub(crate) const MIN_LOG_ROWS: usize = NUM_ROUNDS.next_power_of_two().ilog2() as usize;

/// The statement about Keccak.
#[derive(Debug)]
pub struct Keccak;

impl Workload for Keccak {
    type Hash = config::Keccak;
    type Air = KeccakAir;

    fn air() -> Self::Air {
        KeccakAir {}
    }

    fn trace_from(seed: u64, log_rows: usize) -> RowMajorMatrix<Val> {
        let permutations = (1 << log_rows) / NUM_ROUNDS;
        generate_trace_rows(random_inputs(seed, permutations), LOG_BLOWUP)
    }

    fn trace_pieces(log_rows: usize, take: &mut dyn FnMut(Vec<Val>)) {
        let mut missing = COLUMNS << log_rows;
        let permutations = inputs(SEED).take((1 << log_rows) / NUM_ROUNDS);
        // Rows that no permutation fills belong to one of zeros.
        let inputs = permutations.chain(once([0; 25]));
        in_pieces(inputs, PIECE_ROWS / NUM_ROUNDS, |inputs| {
            let rows = inputs.len() * NUM_ROUNDS;
            let mut piece = generate_trace_rows(inputs, 0).values;
            piece.truncate(missing.min(rows * COLUMNS));
            missing -= piece.len();
            take(piece);
        });
    }
}
