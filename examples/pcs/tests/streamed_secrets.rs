//! After a proof the disk has bytes of the witness only where the store was told not to encrypt.

#[path = "../../../runtime/tests/common/mod.rs"]
mod common;

use std::collections::HashSet;

use common::disk::Mounted;
use common::skip_or_fail;
use memchr::memmem::find;
use p3_field::{PrimeField32, PrimeField64};
use zkarena::StorePlan;
use zkarena::plonky3::Tiling;
use zkarena_pcs::StreamProver;
use zkarena_statements::parts::{Keccak, Val, Workload};
use zkarena_statements::{Kind, Statement};

const LOG_ROWS: usize = 6;

/// Columns that lie side by side in the file.
const BAND: usize = 64;

/// So many bytes are not found by accident.
type Pattern = [u8; 16];

/// Some of what only the witness has, as it may be written.
#[derive(Default)]
struct Patterns {
    /// Elements as they are in memory: in Montgomery form.
    elements: Vec<Pattern>,
    /// The numbers that elements stand for.
    numbers: Vec<Pattern>,
    /// Rows of columns of 16-bit numbers.
    pairs: Vec<Pattern>,
    /// Rows of columns of bits, eight in a byte.
    bits: Vec<Pattern>,
}

impl Patterns {
    fn of_the_witness() -> Self {
        let mut values: Vec<Val> = Vec::new();
        Keccak::trace_pieces(LOG_ROWS, &mut |piece| values.extend(piece));
        let width = values.len() >> LOG_ROWS;
        let rows: Vec<&[Val]> = values.chunks_exact(width).collect();
        let mut patterns = Self::default();
        for first in (0..=width - BAND).step_by(BAND) {
            let band = rows.iter().map(|row| numbers(&row[first..first + BAND]));
            patterns.add(&band.collect::<Vec<_>>());
        }
        patterns
    }

    /// Adds some rows of a band.
    fn add(&mut self, band: &[Vec<u32>]) {
        let has_bits = band.iter().flatten().all(|&number| number < 2);
        for two in band.windows(2).step_by(17) {
            if has_bits {
                add(&mut self.bits, two.concat().chunks(8).map(byte));
                continue;
            }
            // Bits and bytes among them would lie elsewhere.
            let eights = two[0]
                .chunks(8)
                .filter(|eight| eight.iter().all(|&it| it > 255));
            for eight in eights {
                self.add_eight(eight);
            }
        }
    }

    /// Adds numbers that lie side by side.
    fn add_eight(&mut self, eight: &[u32]) {
        let bytes = eight.iter().map(|number| number.to_le_bytes());
        let pairs = bytes.clone().flat_map(|[low, high, ..]| [low, high]);
        add(&mut self.pairs, pairs);
        add(&mut self.numbers, bytes.take(4).flatten());
        let elements = eight.iter().map(|&number| montgomery(number).to_ne_bytes());
        add(&mut self.elements, elements.take(4).flatten());
    }

    /// How many of them there are.
    fn counts(&self) -> [usize; 4] {
        self.all().map(<[Pattern]>::len)
    }

    /// How many of them are on a disk.
    fn found(&self, disk: &[u8]) -> [usize; 4] {
        let is_there = |pattern: &&Pattern| find(disk, *pattern).is_some();
        self.all()
            .map(|patterns| patterns.iter().filter(is_there).count())
    }

    fn all(&self) -> [&[Pattern]; 4] {
        [&self.elements, &self.numbers, &self.pairs, &self.bits]
    }
}

fn numbers(elements: &[Val]) -> Vec<u32> {
    elements.iter().map(Val::as_canonical_u32).collect()
}

/// An element as it is in memory.
fn montgomery(number: u32) -> u32 {
    let element = (u64::from(number) << 32) % Val::ORDER_U64;
    u32::try_from(element).expect("below 2^31")
}

/// The first bit is the lowest.
fn byte(bits: &[u32]) -> u8 {
    let bits = bits.iter().rev();
    bits.fold(0, |byte, &bit| byte << 1 | u8::from(bit == 1))
}

/// Adds a pattern, unless it is one that others may have too, such as zeros.
fn add(patterns: &mut Vec<Pattern>, bytes: impl Iterator<Item = u8>) {
    let bytes: Vec<u8> = bytes.collect();
    let different: HashSet<_> = bytes.iter().collect();
    if different.len() > 8 && patterns.len() < 32 {
        patterns.push(bytes.try_into().expect("sixteen bytes"));
    }
}

/// All bytes of a disk that a proof had its file on.
fn disk_of_a_proof(plan: StorePlan, tiling: Tiling) -> Option<Vec<u8>> {
    let disk = Mounted::ext4(8 << 20)?;
    let prover = StreamProver::new(Statement::new(Kind::Keccak, LOG_ROWS).expect("a valid size"));
    let store = plan.directory(disk.path()).open().expect("a store");
    let proof = prover.prove(&store, tiling).expect("a proof");
    assert_eq!(prover.verify(&proof), Ok(()));
    assert!(store.stats().written_bytes > 1 << 20);
    drop(store);
    Some(disk.raw())
}

const NARROW: Tiling = Tiling {
    log_columns: BAND.ilog2() as usize,
    log_rows: 9,
    narrow: true,
};
const WIDE: Tiling = Tiling {
    narrow: false,
    ..NARROW
};

#[test]
fn the_disk_has_the_witness_without_encryption() {
    let patterns = Patterns::of_the_witness();
    let [elements, _, pairs, bits] = patterns.counts();
    assert!(elements.min(pairs).min(bits) >= 20);
    let Some(wide) = disk_of_a_proof(StorePlan::new(), WIDE) else {
        return skip_or_fail("only root may mount");
    };
    assert_eq!(patterns.found(&wide), [elements, 0, 0, 0]);
    let narrow = disk_of_a_proof(StorePlan::new(), NARROW).expect("another disk");
    assert_eq!(patterns.found(&narrow), [0, 0, pairs, bits]);
}

#[test]
fn the_disk_has_nothing_of_the_witness_with_encryption() {
    let patterns = Patterns::of_the_witness();
    for plan in [StorePlan::new(), StorePlan::new().page_cache()] {
        for tiling in [WIDE, NARROW] {
            let Some(disk) = disk_of_a_proof(plan.clone().encrypt(), tiling) else {
                return skip_or_fail("only root may mount");
            };
            assert_eq!(patterns.found(&disk), [0; 4], "{tiling:?}");
        }
    }
}
