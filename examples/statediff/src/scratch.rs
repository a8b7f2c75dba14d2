//! The memory of frames: pages of 4 KiB that a transaction takes, kept to the end of the batch or given back with it.

use crate::HEAP;
use crate::args::Turn;
use crate::failure::Failure;
use crate::turn::rss_from_here;
use crate::variant::Variant;
use crate::word::mix;
use serde::{Deserialize, Serialize};
use zkarena::{Phase, zk_phase};
use zkarena_measure::usage;

/// What the transactions of the case take, and how many they are.
const PAGES: usize = 103_779;
const TRANSACTIONS: usize = 4_487;
/// One transaction in so many takes as much as the others together.
const GROUP: usize = 8;

const WORDS: usize = 4096 / size_of::<u64>();

type Page = [u64; WORDS];

/// What the transactions took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scratch {
    pub(crate) transactions: usize,
    pub(crate) pages: usize,
    /// The most bytes of pages at once.
    pub(crate) high_water_bytes: usize,
    /// The most that became resident.
    pub(crate) rss_bytes: Option<u64>,
    /// Of what the transactions found in their pages.
    pub(crate) sum: u64,
}

/// Runs the first of the case's transactions, one in `divide`.
///
/// # Errors
/// [`Failure::Phase`].
pub(crate) fn run(turn: &Turn) -> Result<Scratch, Failure> {
    let transactions = TRANSACTIONS.div_ceil(turn.divide.into());
    let rss = rss_from_here();
    let before = HEAP.mark();
    let (sum, in_phases) = match turn.variant {
        Variant::Zkarena => phased(transactions)?,
        Variant::Naive | Variant::Merged => (kept(transactions), 0),
    };
    let of_heap = HEAP.figures().high_water - before.live;
    Ok(Scratch {
        transactions,
        pages: (0..transactions).map(pages).sum(),
        high_water_bytes: of_heap + in_phases,
        rss_bytes: rss.and_then(|rss| Some(usage::peak_kib()?.saturating_sub(rss) << 10)),
        sum,
    })
}

/// How many pages transaction number `number` takes.
fn pages(number: usize) -> usize {
    let start = number - number % GROUP;
    let end = TRANSACTIONS.min(start + GROUP);
    let until = |number: usize| PAGES * number / TRANSACTIONS;
    let group = until(end) - until(start);
    let (large, others) = (group / 2, group - group / 2);
    match number % GROUP {
        0 => large,
        at => others * at / (end - start - 1) - others * (at - 1) / (end - start - 1),
    }
}

/// Every page stays until the batch ends.
fn kept(transactions: usize) -> u64 {
    let mut kept: Vec<Box<Page>> = Vec::new();
    let mut sum = 0;
    for number in 0..transactions {
        let first = kept.len();
        kept.extend((0..pages(number)).map(|_| Box::new([0; WORDS])));
        sum ^= work(number, kept[first..].iter_mut().map(|page| &mut **page));
    }
    sum
}

/// Every transaction is a phase.
#[zk_phase(try)]
fn phased(transactions: usize) -> Result<(u64, usize), Failure> {
    let (mut sum, mut high_water) = (0, 0);
    for number in 0..transactions {
        sum ^= transaction(number, phase, &mut high_water);
    }
    let kept = phase.stats().poly.high_water.0;
    Ok((
        sum,
        high_water + usize::try_from(kept).unwrap_or(usize::MAX),
    ))
}

#[zk_phase(tmp in batch)]
fn transaction(number: usize, batch: Phase<'_>, high_water: &mut usize) -> u64 {
    let sum = work(number, (0..pages(number)).map(|_| page(tmp)));
    let taken = tmp.stats().poly.high_water.0;
    *high_water = usize::try_from(taken)
        .unwrap_or(usize::MAX)
        .max(*high_water);
    sum
}

fn page(phase: Phase<'_>) -> &mut Page {
    let words = phase.zeroed(WORDS);
    words.try_into().expect("as many words as a page has")
}

/// Writes to every page, and reads all of them when the transaction ends.
fn work<'a>(number: usize, pages: impl Iterator<Item = &'a mut Page>) -> u64 {
    let written: Vec<&Page> = pages
        .enumerate()
        .map(|(at, page)| {
            let seed = (number * PAGES + at) as u64;
            page[at % WORDS] = mix(seed);
            &*page
        })
        .collect();
    let words = written
        .iter()
        .enumerate()
        .map(|(at, page)| page[at % WORDS]);
    words.fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_transactions_together_take_the_pages_of_the_case() {
        assert_eq!((0..TRANSACTIONS).map(pages).sum::<usize>(), PAGES);
        assert!((0..TRANSACTIONS).all(|number| pages(number) < 100));
    }

    #[test]
    fn both_ways_find_the_same() {
        let (sum, high_water) = phased(20).expect("room for some pages");
        assert_eq!(kept(20), sum);
        assert!(high_water > 0);
    }
}
