//! The memory a proof takes, without making it.
//!
//! A proof holds the LDE of its trace from the first commitment to the last opening: `columns x
//! rows x blowup` field elements. What it holds beside each LDE row is added up below from the
//! sources of p3-uni-stark and p3-fri 0.8, at the point where most of it is alive: the first FRI
//! commitments. What depends on neither is small and was measured.

use crate::config::{Challenge, LOG_BLOWUP, Val};

/// One field element.
const FIELD_BYTES: u64 = size_of::<Val>() as u64;
/// One element of the challenge field.
const CHALLENGE_BYTES: u64 = size_of::<Challenge>() as u64;
/// A binary Merkle tree with 32-byte digests has two nodes for each leaf.
const TREE_BYTES: u64 = 2 * 32;

/// What a proof holds beside each row of the trace's LDE.
const BESIDE_LDE_ROW_BYTES: u64 = {
    let trace_tree = TREE_BYTES;
    // Constraints of degree 3 leave two quotient chunks, each extended to the height of the trace's
    // LDE.
    let quotient = 2 * CHALLENGE_BYTES + TREE_BYTES;
    // 1 / (z - x) at `zeta` and at its successor, and barycentric weights for the half that is
    // interpolated over.
    let opening_points = 2 * (CHALLENGE_BYTES + CHALLENGE_BYTES / 2);
    // The codeword of each round and a tree over its pairs; the rounds halve, so their sum is twice
    // the first.
    let folding = 2 * (CHALLENGE_BYTES + TREE_BYTES / 2);
    trace_tree + quotient + opening_points + folding
};

/// Measured: rows opened at 100 queries, values opened at two points, symbolic constraints.
const COLUMN_BYTES: u64 = 1300;
/// Measured: code, thread stacks, the allocator's own pages.
const PROGRAM_BYTES: u64 = 4 << 20;

/// Bytes at the peak of a proof about `2^log_rows` rows of `columns` field elements.
pub(crate) const fn peak_bytes(columns: usize, log_rows: usize) -> u64 {
    let columns = columns as u64;
    let lde_rows = 1_u64 << (log_rows + LOG_BLOWUP);
    let lde_row_bytes = columns * FIELD_BYTES + BESIDE_LDE_ROW_BYTES;
    lde_rows * lde_row_bytes + columns * COLUMN_BYTES + PROGRAM_BYTES
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Statement};

    #[test]
    fn estimates_are_near_measured_peaks() {
        // Peak RSS in KiB under glibc on x86-64: two threads, the larger of one and six proofs.
        let measured = [
            (Kind::Keccak, 11, 52_500),
            (Kind::Keccak, 15, 701_500),
            (Kind::Poseidon2, 12, 51_900),
            (Kind::Poseidon2, 15, 376_600),
            (Kind::Blake3, 10, 92_400),
            (Kind::Blake3, 13, 608_200),
        ];
        for (kind, log_rows, peak) in measured {
            let statement = Statement::new(kind, log_rows).expect("a valid size");
            let percent = statement.estimated_peak_bytes() * 100 / 1024 / peak;
            assert!((95..=105).contains(&percent), "{statement}: {percent} %");
        }
    }
}
