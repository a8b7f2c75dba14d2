//! What fits in a given memory: how matrices are cut up, and what may stay in memory.
//!
//! A proof over a store has, at any time, some bytes for each row of the extension, some columns of it, and
//! some rows of it. The first is a floor; the others are chosen here, and what is left holds data that
//! would be in the file otherwise.
#![forbid(unsafe_code)]

use super::matrix::LEAST_ROWS;
use super::medium::Tiling;
use crate::size::Bytes;

/// What a proof is about, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) log_height: usize,
    pub(crate) width: usize,
    pub(crate) log_blowup: usize,
    /// Of an element of the field, and of the field of challenges.
    pub(crate) element: usize,
    pub(crate) challenge: usize,
    /// Of what a sponge keeps of a row, and of a digest.
    pub(crate) state: usize,
    pub(crate) digest: usize,
    /// Rows of the trace that come at a time.
    pub(crate) piece_rows: usize,
    pub(crate) threads: usize,
}

/// How a proof is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) tiling: Tiling,
    /// Bytes of all buffers of the store.
    pub(crate) buffers: usize,
    /// Bytes of data that may stay in memory.
    pub(crate) ram: usize,
}

/// Base-2 logarithms of columns and rows, and MiB of buffers: the first that fits is the fastest.
const CHOICES: [(usize, usize, usize); 8] = [
    (6, 9, 32),
    (6, 9, 16),
    (5, 9, 16),
    (5, 9, 8),
    (5, 8, 8),
    (4, 8, 4),
    (4, 7, 2),
    (3, 6, 2),
];

/// What is not counted below: stacks, what the allocator keeps free, constraints, queries. Measured.
const SLACK: usize = 20 << 20;

/// Of a proof in memory: rows and values that are opened, of each column. Measured.
const COLUMN: usize = 1300;

/// Of data in memory, a part of so much is beside it: ends of spans and of slabs. Measured.
const DATA_BESIDE: usize = 12;

impl Size {
    /// The fastest way to make a proof in `memory` bytes; the least it takes, if there is none.
    pub(crate) fn choose(&self, memory: Bytes, narrow: bool) -> Result<Choice, Bytes> {
        let memory = usize::try_from(memory.0).unwrap_or(usize::MAX);
        let mut least = usize::MAX;
        for (log_columns, log_rows, mebibytes) in CHOICES {
            let tiling = Tiling {
                log_columns,
                log_rows,
                narrow,
            };
            let buffers = mebibytes << 20;
            let peak = self.peak(tiling, buffers);
            if let Some(left) = memory.checked_sub(peak) {
                let ram = left - left / DATA_BESIDE;
                return Ok(Choice {
                    tiling,
                    buffers,
                    ram,
                });
            }
            least = least.min(peak);
        }
        Err(Bytes(least as u64))
    }

    /// The least memory that a proof takes.
    pub(crate) fn least(&self) -> Bytes {
        let least = self.choose(Bytes(0), true).err().unwrap_or_default();
        least.min(self.in_memory())
    }

    /// Bytes at the peak of a proof with the published prover, by and large: at FRI's first commitments.
    pub(crate) fn in_memory(&self) -> Bytes {
        let (digest, challenge) = (self.digest, self.challenge);
        let extended = 1_usize << (self.log_height + self.log_blowup);
        let tree = 2 * digest;
        // As many chunks as the extension has cosets, each as high as it is.
        let quotient = (challenge << self.log_blowup) + tree;
        // Inverses, and weights for the rows that are interpolated over, at two points.
        let opening = 2 * (challenge + (challenge >> self.log_blowup));
        // The codeword of each round and a tree over its pairs; the sum of all is twice the first.
        let folding = 2 * (challenge + digest);
        let row = self.width * self.element + tree + quotient + opening + folding;
        let bytes = extended * row + self.width * COLUMN + (4 << 20);
        Bytes((bytes + bytes / 8) as u64)
    }

    /// Bytes at the peak of a proof, with all its data in the file.
    fn peak(&self, tiling: Tiling, buffers: usize) -> usize {
        let rows = 1_usize << self.log_height;
        let extended = rows << self.log_blowup;
        let columns = self.width.next_power_of_two().min(1 << tiling.log_columns);
        let window_rows = extended.min(1 << tiling.log_rows);
        let (element, challenge) = (self.element, self.challenge);
        let window = self.width.next_multiple_of(columns) * window_rows * element;
        // Digests of all rows, and the nodes above them.
        let tree = 3 * self.digest * extended;

        // Rows that come, the next ones in the file, and what is collected of those before.
        let piece = self.piece_rows * self.width * element;
        let trace = piece + window + 2 * (8 << 20);
        // A band of the trace that becomes its extension; a tile for each thread; twiddle factors.
        let tiles = self.threads * columns * window_rows * element;
        let twiddles = 2 * extended * element;
        let extension = self.state * extended + columns * extended * element + tiles + twiddles;
        let leaves = (self.state + 4 * self.digest) * extended;
        // Selectors, and what constraints are worth.
        let windows = (2 * self.threads + 2) * window;
        let quotient = tree + (5 * element + challenge) * extended + windows;
        // Its extension twice, in the two shapes that it is needed in: as many chunks as there are cosets.
        let chunks = 2 * (challenge << self.log_blowup);
        let quotient_leaves = tree + (self.state + chunks + 4 * self.digest) * extended;
        // A band, or rows that are made again, and for each of two points weights, inverses, and values.
        let made = piece + LEAST_ROWS * self.width * element;
        let opened = made.max(columns * rows * element);
        let opening = 2 * tree + opened + 8 * challenge * rows;
        // Codewords, and trees over pairs of them.
        let folding = 2 * tree + (6 * challenge + 2 * self.digest) * extended;
        let phases = [
            trace,
            extension,
            leaves,
            quotient,
            quotient_leaves,
            opening,
            folding,
        ];
        let most = phases.into_iter().max().unwrap_or_default();
        SLACK + buffers + most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keccak, hashed with Keccak.
    fn size(log_height: usize) -> Size {
        Size {
            log_height,
            width: 2633,
            log_blowup: 1,
            element: 4,
            challenge: 16,
            state: 200,
            digest: 32,
            piece_rows: 256,
            threads: 2,
        }
    }

    #[test]
    fn more_memory_is_never_worse() {
        for log_height in [5, 14, 17, 20] {
            let Err(least) = size(log_height).choose(Bytes(0), true) else {
                panic!("a proof without memory");
            };
            let mut before = None;
            for more in (0..200).map(|mebibytes| mebibytes << 20) {
                let choice = size(log_height).choose(Bytes(least.0 + more), true);
                let choice = choice.expect("no less than the least");
                let place = CHOICES
                    .iter()
                    .position(|&(log_columns, log_rows, mebibytes)| {
                        let Tiling {
                            log_columns: columns,
                            log_rows: rows,
                            ..
                        } = choice.tiling;
                        (log_columns, log_rows, mebibytes << 20) == (columns, rows, choice.buffers)
                    });
                assert!(before.is_none_or(|before| place <= before), "{choice:?}");
                before = Some(place);
            }
        }
    }

    #[test]
    fn the_floor_is_linear_in_rows() {
        let floor = |log_height| {
            size(log_height)
                .choose(Bytes(0), true)
                .map_err(|least| least.0)
        };
        let (Err(small), Err(large)) = (floor(16), floor(18)) else {
            panic!("a proof without memory");
        };
        assert!(large < 4 * small);
        assert!(large > 2 * small);
    }
}
