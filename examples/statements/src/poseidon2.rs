//! Poseidon2 permutations of width 16, eight in each row.

use p3_koala_bear::{
    GenericPoseidon2LinearLayersKoalaBear,
    KOALABEAR_POSEIDON2_HALF_FULL_ROUNDS as HALF_FULL_ROUNDS,
    KOALABEAR_POSEIDON2_PARTIAL_ROUNDS_16 as PARTIAL_ROUNDS,
    KOALABEAR_POSEIDON2_RC_16_EXTERNAL_FINAL, KOALABEAR_POSEIDON2_RC_16_EXTERNAL_INITIAL,
    KOALABEAR_POSEIDON2_RC_16_INTERNAL, KOALABEAR_S_BOX_DEGREE as SBOX_DEGREE,
};
use p3_matrix::dense::RowMajorMatrix;
use p3_poseidon2_air::{
    RoundConstants, VectorizedPoseidon2Air, generate_vectorized_trace_rows, num_cols,
};

use crate::config::{self, LOG_BLOWUP, Val};
use crate::engine::{PIECE_ROWS, Workload};
use crate::input::{SEED, in_pieces, inputs, random_inputs};

/// Field elements in a state.
const WIDTH: usize = 16;
/// A cube needs no intermediate column.
const SBOX_REGISTERS: usize = 0;
/// Permutations in each row, as in the published example.
const VECTOR_LEN: usize = 8;

/// Trace columns.
pub(crate) const COLUMNS: usize =
    VECTOR_LEN * num_cols::<WIDTH, SBOX_DEGREE, SBOX_REGISTERS, HALF_FULL_ROUNDS, PARTIAL_ROUNDS>();
/// With one row every trace polynomial is a constant, and there is no degree to test.
pub(crate) const MIN_LOG_ROWS: usize = 1;

type LinearLayers = GenericPoseidon2LinearLayersKoalaBear;

/// The round constants of the Poseidon2 instance that the Merkle trees compress with.
const CONSTANTS: RoundConstants<Val, WIDTH, HALF_FULL_ROUNDS, PARTIAL_ROUNDS> = RoundConstants::new(
    KOALABEAR_POSEIDON2_RC_16_EXTERNAL_INITIAL,
    KOALABEAR_POSEIDON2_RC_16_INTERNAL,
    KOALABEAR_POSEIDON2_RC_16_EXTERNAL_FINAL,
);

/// The statement about Poseidon2.
#[derive(Debug)]
pub struct Poseidon2;

impl Workload for Poseidon2 {
    type Hash = config::Poseidon2;
    type Air = VectorizedPoseidon2Air<
        Val,
        LinearLayers,
        WIDTH,
        SBOX_DEGREE,
        SBOX_REGISTERS,
        HALF_FULL_ROUNDS,
        PARTIAL_ROUNDS,
        VECTOR_LEN,
    >;

    fn air() -> Self::Air {
        VectorizedPoseidon2Air::new(CONSTANTS)
    }

    fn trace_from(seed: u64, log_rows: usize) -> RowMajorMatrix<Val> {
        rows(random_inputs(seed, VECTOR_LEN << log_rows), LOG_BLOWUP)
    }

    fn trace_pieces(log_rows: usize, take: &mut dyn FnMut(Vec<Val>)) {
        let inputs = inputs(SEED).take(VECTOR_LEN << log_rows);
        in_pieces(inputs, VECTOR_LEN * PIECE_ROWS, |inputs| {
            take(rows(inputs, 0).values);
        });
    }
}

/// Trace rows about `inputs`, in a buffer with room for `2^room_bits` times as many.
fn rows(inputs: Vec<[Val; WIDTH]>, room_bits: usize) -> RowMajorMatrix<Val> {
    generate_vectorized_trace_rows::<
        Val,
        LinearLayers,
        WIDTH,
        SBOX_DEGREE,
        SBOX_REGISTERS,
        HALF_FULL_ROUNDS,
        PARTIAL_ROUNDS,
        VECTOR_LEN,
    >(inputs, &CONSTANTS, room_bits)
}
