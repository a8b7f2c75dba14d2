//! Patterns as a set that does not contain them.
#![forbid(unsafe_code)]

use crate::halves::split;
use crate::patterns::{Patterns, UNNAMED, WINDOW};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};

/// What every key is xored with, so that no pattern lies in the set that looks for it.
#[derive(Clone, Copy)]
pub struct Mask(u128);

impl Mask {
    /// A mask that nobody can guess, and no pattern equals.
    pub fn random() -> Self {
        let half = || u128::from(RandomState::new().hash_one(0));
        Self(half() << 64 | half())
    }

    /// To hand it to the process that makes the keys.
    pub const fn to_bytes(self) -> [u8; WINDOW] {
        self.0.to_le_bytes()
    }

    /// The mask of another process.
    pub const fn from_bytes(bytes: [u8; WINDOW]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }

    pub(crate) const fn apply(self, window: [u8; WINDOW]) -> u128 {
        u128::from_le_bytes(window) ^ self.0
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask")
    }
}

/// Masked patterns, found fast: a filter of bits says no, a table says which.
pub struct KeySet {
    mask: Mask,
    /// Words in which bits are set for the low 64 bits of a key: see [`filter_bits`].
    filter: Vec<u64>,
    /// Sorted by key, each once; with the number of its name.
    keys: Vec<(u128, u8)>,
    /// Where keys with the same first bits begin.
    starts: Vec<u32>,
    names: Vec<String>,
}

/// Filter bits for each key.
const SPARSE: usize = 16;
/// Keys in a bucket, about.
const BUCKET: usize = 2;

impl KeySet {
    /// The patterns under a mask of their own.
    pub fn new(patterns: &Patterns) -> Self {
        let mask = Mask::random();
        Self::build(
            mask,
            masked(patterns, mask).collect(),
            patterns.names.clone(),
        )
    }

    /// Writes the patterns under a mask that a [reader](Self::read) gave.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn write(patterns: &Patterns, mask: Mask, to: &mut impl Write) -> io::Result<()> {
        let names = patterns.names.join("\n");
        to.write_all(
            &u32::try_from(names.len())
                .map_err(io::Error::other)?
                .to_le_bytes(),
        )?;
        to.write_all(names.as_bytes())?;
        for (key, name) in masked(patterns, mask) {
            to.write_all(&key.to_le_bytes())?;
            to.write_all(&[name])?;
        }
        to.flush()
    }

    /// Reads what [`KeySet::write`] wrote under `mask`. Only masked windows ever get here: the process that reads
    /// them learns no witness.
    ///
    /// # Errors
    /// Those of `from`; [`io::ErrorKind::InvalidData`] if it is not what was written.
    pub fn read(mask: Mask, from: &mut impl Read) -> io::Result<Self> {
        let mut len = [0; 4];
        from.read_exact(&mut len)?;
        let mut names = String::new();
        from.take(u32::from_le_bytes(len).into())
            .read_to_string(&mut names)?;
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)?;
        let (records, []) = bytes.as_chunks::<{ WINDOW + 1 }>() else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let key = |[key @ .., name]: &[u8; WINDOW + 1]| (u128::from_le_bytes(*key), *name);
        let names = names.lines().map(str::to_owned).collect();
        Ok(Self::build(mask, records.iter().map(key).collect(), names))
    }

    fn build(mask: Mask, mut keys: Vec<(u128, u8)>, names: Vec<String>) -> Self {
        // Of equal keys the named one comes first, and stays.
        keys.sort_unstable_by_key(|&(key, name)| (key, std::cmp::Reverse(name)));
        keys.dedup_by_key(|(key, _)| *key);
        let mut filter = vec![0u64; (keys.len() * SPARSE).next_power_of_two().max(64) / 64];
        for (key, _) in &keys {
            let (word, bits) = filter_bits(*key, &filter);
            filter[word] |= bits;
        }
        let buckets = (keys.len() / BUCKET).next_power_of_two();
        let mut starts = vec![0u32; buckets + 1];
        for (key, _) in &keys {
            starts[bucket(*key, buckets) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self {
            mask,
            filter,
            keys,
            starts,
            names,
        }
    }

    /// The set without the windows whose positions are marked.
    pub(crate) fn without(self, marked: &[bool]) -> Self {
        let keys = self.keys.into_iter().zip(marked);
        let left = keys.filter(|(_, marked)| !**marked).map(|(key, _)| key);
        Self::build(self.mask, left.collect(), self.names)
    }

    /// How many different windows there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The position of a window, if it is in the set.
    #[inline]
    pub(crate) fn find(&self, window: [u8; WINDOW]) -> Option<usize> {
        let key = self.mask.apply(window);
        let (word, bits) = filter_bits(key, &self.filter);
        if !self.filter[word] & bits != 0 {
            return None;
        }
        self.look_up(key)
    }

    #[cold]
    fn look_up(&self, key: u128) -> Option<usize> {
        let at = bucket(key, self.starts.len() - 1);
        let (start, end) = (self.starts[at] as usize, self.starts[at + 1] as usize);
        // Small numbers have much in common, and their bucket may be large.
        let found = self.keys[start..end].binary_search_by_key(&key, |&(known, _)| known);
        found.ok().map(|offset| start + offset)
    }

    /// The number of the name of the window at `position`, from 0.
    pub(crate) fn name_at(&self, position: usize) -> Option<usize> {
        let (_, name) = self.keys[position];
        (name != UNNAMED).then(|| usize::from(name) - 1)
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Masked windows, and the mask.
    pub(crate) fn masked_windows(&self) -> (impl Iterator<Item = u128>, u128) {
        (self.keys.iter().map(|&(key, _)| key), self.mask.0)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("KeySet");
        shown.field("len", &self.len()).field("names", &self.names);
        shown.finish_non_exhaustive()
    }
}

fn masked(patterns: &Patterns, mask: Mask) -> impl Iterator<Item = (u128, u8)> {
    let windows = patterns.windows.iter();
    windows.map(move |&(window, name)| (mask.apply(window), name))
}

/// A word of a filter whose length is a power of two, and three bits in it: one place of memory is looked at, and of a
/// hundred windows that are not in the set one passes.
#[inline]
fn filter_bits(key: u128, filter: &[u64]) -> (usize, u64) {
    let (low, high) = split(key);
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bit = |shift: u32| 1 << (mixed >> shift & 63);
    let word = (mixed >> 32) as usize & (filter.len() - 1);
    (word, bit(14) | bit(20) | bit(26))
}

/// Keys are sorted, so a bucket is what shares the first bits.
fn bucket(key: u128, buckets: usize) -> usize {
    let bits = buckets.trailing_zeros();
    if bits == 0 {
        return 0;
    }
    // As many bits as `buckets` has are left, which is a length.
    usize::try_from(key >> (u128::BITS - bits)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(count: u64) -> Patterns {
        let mut patterns = Patterns::new();
        for i in 1..=count {
            let limb = |k: u64| {
                (i * 4 + k)
                    .wrapping_mul(0xd1b5_4a32_d192_ed03)
                    .rotate_left(17)
            };
            patterns.limbs(
                [limb(0), limb(1), limb(2), limb(3)],
                if i == 1 { "first" } else { "" },
            );
        }
        patterns
    }

    #[test]
    fn every_pattern_is_found_and_nothing_else() {
        for count in [1, 2, 1000] {
            let patterns = patterns(count);
            let keys = KeySet::new(&patterns);
            assert_eq!(keys.len(), patterns.len());
            for (window, name) in &patterns.windows {
                let at = keys.find(*window).expect("it is in the set");
                assert_eq!(keys.name_at(at).is_some(), *name != UNNAMED);
                let mut other = *window;
                other[9] ^= 1;
                assert_eq!(keys.find(other), None);
            }
        }
        assert_eq!(KeySet::new(&Patterns::new()).find([1; WINDOW]), None);
    }

    #[test]
    fn no_pattern_lies_in_its_set() {
        let patterns = patterns(200);
        let keys = KeySet::new(&patterns);
        let stored: Vec<u8> = keys
            .keys
            .iter()
            .flat_map(|(key, _)| key.to_le_bytes())
            .collect();
        assert!(
            stored
                .windows(WINDOW)
                .all(|window| keys.find(window.try_into().expect("16 bytes")).is_none())
        );
    }

    #[test]
    fn sets_travel_under_a_mask() {
        let (patterns, mask) = (patterns(5), Mask::random());
        let mut sent = Vec::new();
        KeySet::write(&patterns, mask, &mut sent).expect("memory takes all");
        let keys = KeySet::read(Mask::from_bytes(mask.to_bytes()), &mut sent.as_slice())
            .expect("what was written");
        assert_eq!((keys.len(), keys.names()), (40, &["first".to_owned()][..]));
        assert!(keys.find(patterns.windows[7].0).is_some());
        assert!(KeySet::read(mask, &mut &sent[..sent.len() - 1]).is_err());
    }
}
