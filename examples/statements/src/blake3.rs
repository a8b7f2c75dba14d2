//! BLAKE3 compressions, one in each row.

use p3_blake3_air::{Blake3Air, NUM_BLAKE3_COLS, generate_trace_rows};
use p3_matrix::dense::RowMajorMatrix;

use crate::config::{self, LOG_BLOWUP, Val};
use crate::engine::Workload;
use crate::input::{SEED, random_inputs};

/// Trace columns.
pub(crate) const COLUMNS: usize = NUM_BLAKE3_COLS;
/// With one row every trace polynomial is a constant, and there is no degree to test.
pub(crate) const MIN_LOG_ROWS: usize = 1;

/// The statement about BLAKE3.
#[derive(Debug)]
pub struct Blake3;

impl Workload for Blake3 {
    type Hash = config::Keccak;
    type Air = Blake3Air;

    fn air() -> Self::Air {
        Blake3Air {}
    }

    fn trace_from(seed: u64, log_rows: usize) -> RowMajorMatrix<Val> {
        generate_trace_rows(random_inputs(seed, 1 << log_rows), LOG_BLOWUP)
    }

    /// One piece: each row has its number and the number of rows in it.
    fn piece_rows(log_rows: usize) -> usize {
        1 << log_rows
    }

    fn trace_pieces(log_rows: usize, take: &mut dyn FnMut(Vec<Val>)) {
        take(generate_trace_rows(random_inputs(SEED, 1 << log_rows), 0).values);
    }
}
