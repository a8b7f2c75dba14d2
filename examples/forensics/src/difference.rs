//! What follows the witness in memory, whatever form it takes.
//!
//! A word is residue if it is the same in all runs with one witness, the same in all runs with another, and differs
//! between the two. Clocks, process ids and random keys differ from run to run, and fall out.
//!
//! What a proof's size follows, as the openings that its queries share, an allocator's books follow, too: page numbers,
//! numbers of blocks, bytes of them; and addresses are as alike as the threads' pace. Such words are counted by
//! themselves. An element of a field is one only by chance, and elements come in crowds.
#![forbid(unsafe_code)]

use crate::{Class, Stopped};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;

/// Bytes that are compared at a time.
const WORD: usize = 8;
/// Places that are kept.
const FIRST: usize = 16;
/// Bytes of a piece: every snapshot is cut at the same addresses.
const PIECE: usize = 4096;

/// All writable memory and all registers of a process at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    pieces: BTreeMap<(Class, u64), Vec<u8>>,
}

impl Snapshot {
    /// Copies a stopped process.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn of(process: &Stopped) -> io::Result<Self> {
        let mut pieces = BTreeMap::new();
        process.pieces(
            |mapping| mapping.writable,
            |class, at, piece| {
                let pages = piece.into_iter().flat_map(|piece| piece.chunks(PIECE));
                for (page, bytes) in (0..)
                    .zip(pages)
                    .filter(|(_, bytes)| bytes.iter().any(|&byte| byte != 0))
                {
                    pieces.insert((class, at + page * PIECE as u64), bytes.to_vec());
                }
            },
        )?;
        // Thread ids differ from run to run: the order of the threads does not.
        for (number, (_, class, bytes)) in (0..).zip(process.registers()?) {
            pieces.insert((class, number * 0x10_0000), bytes);
        }
        Ok(Self { pieces })
    }

    fn word(&self, place: (Class, u64), at: usize) -> u64 {
        let word = |piece: &Vec<u8>| {
            Some(u64::from_le_bytes(
                piece.get(at..at + WORD)?.try_into().ok()?,
            ))
        };
        self.pieces.get(&place).and_then(word).unwrap_or(0)
    }
}

/// Words that follow the witness.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// How many there are.
    pub words: u64,
    /// By kind of place.
    pub classes: BTreeMap<Class, u64>,
    /// Words that follow the witness, and hold nothing but small numbers, a number of bytes or an address.
    pub counts: u64,
    /// The first of the others.
    pub first: Vec<Place>,
    /// Words that differ between runs with the same witness, and say nothing.
    pub noise: u64,
    /// Bytes that were compared.
    pub compared_bytes: u64,
}

/// A word that follows the witness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where.
    pub class: Class,
    /// The address; of registers, which set and the offset in it.
    pub address: u64,
    /// In a run with the one witness.
    pub one: u64,
    /// In a run with the other.
    pub other: u64,
}

impl Difference {
    /// Compares runs with one witness to runs with another, at least two of each.
    ///
    /// # Panics
    /// Without runs.
    pub fn between(one: &[Snapshot], other: &[Snapshot]) -> Self {
        let all = || one.iter().chain(other);
        let mut places: BTreeMap<(Class, u64), usize> = BTreeMap::new();
        for (place, piece) in all().flat_map(|snapshot| &snapshot.pieces) {
            let len = places.entry(*place).or_default();
            *len = piece.len().max(*len);
        }
        let mut difference = Self::default();
        for (place, len) in places {
            difference.compared_bytes += len as u64;
            for at in (0..len).step_by(WORD) {
                let words = |runs: &[Snapshot]| {
                    runs.iter()
                        .map(|run| run.word(place, at))
                        .collect::<Vec<_>>()
                };
                difference.judge(place, at, &words(one), &words(other));
            }
        }
        difference
    }

    fn judge(&mut self, (class, address): (Class, u64), at: usize, one: &[u64], other: &[u64]) {
        let same = |words: &[u64]| words.iter().all(|&word| word == words[0]);
        if !same(one) || !same(other) {
            self.noise += 1;
        } else if one[0] == other[0] {
            // The witness has no say in it.
        } else if is_of_counts(one[0]) && is_of_counts(other[0]) {
            self.counts += 1;
        } else {
            self.words += 1;
            *self.classes.entry(class).or_default() += 1;
            if self.first.len() < FIRST {
                self.first.push(Place {
                    class,
                    address: address + at as u64,
                    one: one[0],
                    other: other[0],
                });
            }
        }
    }
}

/// Whether both halves are a number below 2^16, or the mark of none: the numbers of a small process's pages and blocks;
/// or the word is a sum of blocks' bytes, which are multiples of 16, an address of the process, or a small negative
/// number: where a thread waits follows no witness, but may happen to be the same in a few runs.
const fn is_of_counts(word: u64) -> bool {
    const fn is_count(half: u64) -> bool {
        half < 1 << 16 || half == u32::MAX as u64
    }
    let bytes = word < 1 << 32 && word.is_multiple_of(16);
    let address = word >= 1 << 40 && word < 1 << 47;
    let negative = word.wrapping_neg() < 1 << 16;
    bytes || address || negative || is_count(word >> 32) && is_count(word & u32::MAX as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: [u64; 2] = [0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321];

    fn run(words: [u64; 3]) -> Snapshot {
        let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Snapshot {
            pieces: BTreeMap::from([((Class::Heap, 0x1000), bytes)]),
        }
    }

    #[test]
    fn only_what_follows_the_witness_counts() {
        // The same everywhere; a clock; the witness.
        let [a, b] = SECRETS;
        let one = [run([7, 1, a]), run([7, 3, a])];
        let other = [run([7, 2, b]), run([7, 4, b])];
        let difference = Difference::between(&one, &other);
        assert_eq!((difference.words, difference.noise), (1, 1));
        assert_eq!(difference.first[0].address, 0x1010);
        assert_eq!(Difference::between(&one, &one).words, 0);
    }

    #[test]
    fn memory_that_only_one_run_has_is_compared_to_zeros() {
        let one = [run([SECRETS[0], 0, 0]), run([SECRETS[0], 0, 0])];
        let other = [Snapshot::default(), Snapshot::default()];
        assert_eq!(Difference::between(&one, &other).words, 1);
    }

    #[test]
    fn small_numbers_are_counted_by_themselves() {
        let (one, other) = ([5, 0xffff_ffff, SECRETS[0]], [6, 0x3_0000_0007, 6]);
        let difference = Difference::between(&[run(one), run(one)], &[run(other), run(other)]);
        assert_eq!((difference.words, difference.counts), (1, 2));
    }
}
