//! Keccak-f\[1600\] permutations, one in 24 rows.

use p3_keccak_air::{KeccakAir, NUM_KECCAK_COLS, NUM_ROUNDS, generate_trace_rows};
use p3_matrix::dense::RowMajorMatrix;

use crate::config::{self, LOG_BLOWUP, Val};
use crate::engine::Workload;
use crate::input::random_inputs;

/// Trace columns.
pub(crate) const COLUMNS: usize = NUM_KECCAK_COLS;
/// One permutation, padded to a power of two.
pub(crate) const MIN_LOG_ROWS: usize = NUM_ROUNDS.next_power_of_two().ilog2() as usize;

/// The statement about Keccak.
#[derive(Debug)]
pub(crate) struct Keccak;

impl Workload for Keccak {
    type Hash = config::Keccak;
    type Air = KeccakAir;

    fn air() -> Self::Air {
        KeccakAir {}
    }

    fn trace(log_rows: usize) -> RowMajorMatrix<Val> {
        let permutations = (1 << log_rows) / NUM_ROUNDS;
        generate_trace_rows(random_inputs(permutations), LOG_BLOWUP)
    }
}
