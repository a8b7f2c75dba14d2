//! The kinds of arena, and figures about what lies in them.
#![forbid(unsafe_code)]

use super::bump::GRAIN;
use crate::layout::{PAGE, round_up};
use crate::size::Bytes;
use std::alloc::Layout;
use std::fmt;
use std::iter::Sum;
use std::ops::Add;

/// Which arena of a phase a handle allocates in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ArenaKind {
    /// Polynomials and everything large: blocks aligned to 64 bytes, from 4 KiB on to a page.
    #[default]
    Poly,
    /// As `Poly`, on pages of a heap for secrets: wiped before they are free, and protected as
    /// [`protection`](crate::protection) tells. Where that heap has no room, no other memory will do.
    Witness,
    /// Odds and ends: packed as tightly as their types allow, one [bumpalo](https://docs.rs/bumpalo)
    /// arena per thread, capped. Blocks of 64 KiB and more are kept as in `Poly`.
    Scratch,
}

impl ArenaKind {
    pub(crate) const COUNT: usize = 3;
}

/// Bytes that a value takes in the arenas and on the ordinary heap.
///
/// Prints what is not zero:
///
/// ```
/// use zkarena::Footprint;
/// let footprint = Footprint { poly: 2816 << 10, scratch: 4096, ..Footprint::ZERO };
/// assert_eq!(footprint.to_string(), "poly 2.8 MiB, scratch 4 KiB");
/// assert_eq!(Footprint::ZERO.to_string(), "nothing");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// In poly arenas.
    pub poly: usize,
    /// In witness arenas.
    pub witness: usize,
    /// In scratch arenas.
    pub scratch: usize,
    /// On the heap of the global allocator.
    pub heap: usize,
}

impl Footprint {
    /// Nothing.
    pub const ZERO: Self = Self {
        poly: 0,
        witness: 0,
        scratch: 0,
        heap: 0,
    };

    /// A block of `bytes` bytes in one arena, with the padding it needs there.
    pub(crate) fn of_block(kind: ArenaKind, bytes: usize) -> Self {
        let mut footprint = Self::ZERO;
        match kind {
            ArenaKind::Poly => footprint.poly = block_bytes(bytes),
            ArenaKind::Witness => footprint.witness = block_bytes(bytes),
            ArenaKind::Scratch => footprint.scratch = bytes,
        }
        footprint
    }

    /// All of it.
    pub const fn total(self) -> usize {
        self.poly + self.witness + self.scratch + self.heap
    }
}

impl fmt::Display for Footprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            poly,
            witness,
            scratch,
            heap,
        } = *self;
        let parts = [
            ("poly", poly),
            ("witness", witness),
            ("scratch", scratch),
            ("heap", heap),
        ];
        let parts = parts.into_iter().filter(|&(_, bytes)| bytes > 0);
        let parts: Vec<_> = parts
            .map(|(name, bytes)| format!("{name} {}", Bytes::of(bytes)))
            .collect();
        if parts.is_empty() {
            f.pad("nothing")
        } else {
            f.pad(&parts.join(", "))
        }
    }
}

impl Add for Footprint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            poly: self.poly + other.poly,
            witness: self.witness + other.witness,
            scratch: self.scratch + other.scratch,
            heap: self.heap + other.heap,
        }
    }
}

impl Sum for Footprint {
    fn sum<I: Iterator<Item = Self>>(footprints: I) -> Self {
        footprints.fold(Self::ZERO, Add::add)
    }
}

/// Bytes that a block of `bytes` bytes takes at most in a poly or witness arena, with what aligns the next one.
const fn block_bytes(bytes: usize) -> usize {
    if bytes < PAGE {
        round_up(bytes, GRAIN)
    } else {
        round_up(bytes, PAGE)
    }
}

/// What was allocated in a phase so far, as one number: the same requests give the same digest, on
/// any number of threads and in any order.
///
/// Every block counts with its size, alignment and arena, and so does every growth. Addresses do
/// not count, and neither does who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LayoutDigest(pub u64);

impl fmt::Display for LayoutDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The share of one request in a digest: digests are sums, so that order plays no part.
///
/// The finaliser is that of `SplitMix64` (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[inline(always)]
#[expect(clippy::inline_always, reason = "a constant where the layout is one")]
pub(crate) const fn mix(layout: Layout) -> u64 {
    let seed = (layout.size() as u64) ^ ((layout.align().trailing_zeros() as u64) << 56);
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footprint_prints_what_is_there() {
        let all = Footprint {
            poly: 1,
            witness: 2 << 10,
            scratch: 3 << 20,
            heap: 4 << 30,
        };
        assert_eq!(
            all.to_string(),
            "poly 1 B, witness 2 KiB, scratch 3 MiB, heap 4 GiB"
        );
        let heap = Footprint {
            heap: 1536,
            ..Footprint::ZERO
        };
        assert_eq!(format!("{heap:>14}|"), "  heap 1.5 KiB|");
        assert_eq!(format!("{:9}|", Footprint::ZERO), "nothing  |");
    }
}
