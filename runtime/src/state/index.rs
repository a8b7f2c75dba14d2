//! Where the entry of a key is: open addressing, four bytes a place, nothing is ever taken out.
#![forbid(unsafe_code)]

use crate::error::{AllocError, Cause};
use crate::owners::{Home, PVec};

/// Places of the first table, as a power of two.
const LOG_LEAST: u32 = 6;
/// Tables up to this many places grow fourfold: what they leave behind in an arena is a third of the last.
const LOG_SMALL: u32 = 13;
/// More places than this have no number of 32 bits.
const LOG_MOST: u32 = 31;

/// Numbers of entries, found by the hashes of their keys.
///
/// # Invariants
/// 1. A word is 0, or a number plus one in its lower `log_places` bits, and bits of the hash above them.
/// 2. At most three quarters of the words are not 0.
#[derive(Debug)]
pub(super) struct Index<'ph> {
    /// None, or `1 << log_places`.
    words: PVec<'ph, u32>,
    log_places: u32,
    growths: u64,
}

/// Where a key would go.
#[derive(Debug)]
pub(super) struct Vacant(usize);

impl<'ph> Index<'ph> {
    pub(super) fn new_in(home: Home<'ph>) -> Self {
        Self {
            words: PVec::new_in(home),
            log_places: 0,
            growths: 0,
        }
    }

    pub(super) fn with_capacity_in(entries: usize, home: Home<'ph>) -> Result<Self, AllocError> {
        if entries == 0 {
            return Ok(Self::new_in(home));
        }
        let places = entries.saturating_add(entries.div_ceil(3));
        let log_places = (usize::BITS - (places - 1).leading_zeros()).max(LOG_LEAST);
        Self::with_places(log_places, home)
    }

    fn with_places(log_places: u32, home: Home<'ph>) -> Result<Self, AllocError> {
        if log_places > LOG_MOST {
            return Err(AllocError::new(usize::MAX, Cause::TooLarge));
        }
        Ok(Self {
            words: PVec::try_zeroed_in(1 << log_places, home)?,
            log_places,
            growths: 0,
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u32>()
    }

    /// How often the table was made anew.
    pub(super) const fn growths(&self) -> u64 {
        self.growths
    }

    #[inline]
    const fn mask(&self) -> u32 {
        !(u32::MAX << self.log_places)
    }

    /// The bits of a hash that are kept in its word.
    #[inline]
    const fn mark(&self, hash: u64) -> u32 {
        (hash >> 32) as u32 & !self.mask()
    }

    /// The number of the entry that `is_it` says yes to.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Result<u32, Vacant> {
        let (mask, bits) = (self.mask(), self.mark(hash));
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
        let mut place = hash as u32 & mask;
        loop {
            let word = self.words.get(place as usize).copied().unwrap_or(0);
            if word == 0 {
                return Err(Vacant(place as usize));
            }
            let number = (word & mask).wrapping_sub(1);
            if word & !mask == bits && is_it(number) {
                return Ok(number);
            }
            place = (place + 1) & mask;
        }
    }

    /// Whether there is room for one more beside `entries`.
    #[inline]
    pub(super) fn is_full(&self, entries: usize) -> bool {
        entries >= self.words.len() / 4 * 3
    }

    #[inline]
    pub(super) fn put(&mut self, Vacant(place): Vacant, hash: u64, number: u32) {
        self.words[place] = self.mark(hash) | (number + 1);
    }

    /// A larger table, with these hashes of entries in the order of their numbers.
    #[cold]
    #[inline(never)]
    pub(super) fn grow(&mut self, hashes: impl Iterator<Item = u64>) -> Result<(), AllocError> {
        let log_places = match self.log_places {
            0 => LOG_LEAST,
            small if small < LOG_SMALL => small + 2,
            large => large + 1,
        };
        // In place of the old one when it is whole: the `Hash` of a key may panic.
        let mut larger = Self::with_places(log_places, self.words.home())?;
        for (number, hash) in (0..).zip(hashes) {
            let vacant = larger.find(hash, |_| false).expect_err("nothing is it");
            larger.put(vacant, hash, number);
        }
        larger.growths = self.growths + 1;
        *self = larger;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, Index};

    #[test]
    fn entries_with_equal_hashes_are_told_apart() {
        let mut index = Index::new_in(Home::Heap);
        for number in 0..200 {
            if index.is_full(number as usize) {
                index.grow((0..number).map(|_| u64::MAX)).expect("memory");
            }
            let vacant = index
                .find(u64::MAX, |other| other == number)
                .expect_err("not there");
            index.put(vacant, u64::MAX, number);
        }
        for number in 0..200 {
            assert_eq!(
                index.find(u64::MAX, |other| other == number).ok(),
                Some(number)
            );
        }
    }

    #[test]
    fn a_capacity_is_not_outgrown() {
        for entries in [1, 47, 48, 49, 10_729, 16_771] {
            let index = Index::with_capacity_in(entries, Home::Heap).expect("memory");
            assert!(!index.is_full(entries - 1), "{entries}");
            assert!(index.bytes() < 48 * 8 + entries * 4 * 8 / 3, "{entries}");
        }
    }

    #[test]
    fn more_than_the_numbers_can_count_is_refused() {
        assert!(Index::with_capacity_in(usize::MAX, Home::Heap).is_err());
        assert!(Index::with_capacity_in(1 << 31, Home::Heap).is_err());
    }
}
