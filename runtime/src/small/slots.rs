//! Which slots of a slab are free: a bit per slot, and a bit per word that has any.
//!
//! The fields are atomics so that they can lie in shared memory; they change under the lock of the
//! slab's shard only, so plain loads and stores do. A slot's own bit may also be read by who owns
//! the slot, as nobody else changes it.
#![forbid(unsafe_code)]

use super::class::MOST_SLOTS;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

const BITS: usize = u64::BITS as usize;
const WORDS: usize = MOST_SLOTS.div_ceil(BITS);

const _: () = assert!(WORDS <= u32::BITS as usize);

/// The free slots of a slab. All zero: no slots, so none are free.
///
/// # Invariants
/// 1. A bit of `any` is set where the word is not zero.
/// 2. `taken` and the set bits are as many as the slots.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Slots {
    any: AtomicU32,
    taken: AtomicU32,
    free: [AtomicU64; WORDS],
}

impl Slots {
    /// Starts with `slots` slots, all free.
    pub(super) fn reset(&self, slots: usize) {
        let mut any = 0;
        for (at, word) in self.free.iter().enumerate() {
            let bits = slots.saturating_sub(at * BITS).min(BITS);
            let mask = if bits == 0 {
                0
            } else {
                u64::MAX >> (BITS - bits)
            };
            word.store(mask, Relaxed);
            any |= u32::from(mask != 0) << at;
        }
        self.any.store(any, Relaxed);
        self.taken.store(0, Relaxed);
    }

    /// Takes the lowest free slot.
    #[inline]
    pub(super) fn take(&self) -> Option<usize> {
        let any = self.any.load(Relaxed);
        let at = any.trailing_zeros() as usize;
        let word = self.free.get(at)?;
        let free = word.load(Relaxed);
        let left = free & free.wrapping_sub(1);
        word.store(left, Relaxed);
        if left == 0 {
            self.any.store(any & (any - 1), Relaxed);
        }
        self.taken.store(self.taken() + 1, Relaxed);
        Some(at * BITS + free.trailing_zeros() as usize)
    }

    /// Takes a slot back; `false` if it is free.
    #[inline]
    pub(super) fn give(&self, slot: usize) -> bool {
        let (at, mask) = (slot / BITS, 1 << (slot % BITS));
        let word = &self.free[at];
        let free = word.load(Relaxed);
        if free & mask != 0 {
            return false;
        }
        word.store(free | mask, Relaxed);
        self.any.store(self.any.load(Relaxed) | 1 << at, Relaxed);
        self.taken.store(self.taken() - 1, Relaxed);
        true
    }

    /// Whether a slot is free.
    #[inline]
    pub(super) fn is_free(&self, slot: usize) -> bool {
        self.free[slot / BITS].load(Relaxed) & (1 << (slot % BITS)) != 0
    }

    /// Whether no slot is free.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.any.load(Relaxed) == 0
    }

    /// How many slots are taken.
    #[inline]
    pub(super) fn taken(&self) -> u32 {
        self.taken.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_slots_are_taken_once_lowest_first() {
        for slots in 0..=MOST_SLOTS {
            let bits = Slots::default();
            bits.reset(slots);
            for slot in 0..slots {
                assert!(bits.is_free(slot));
                assert_eq!(bits.take(), Some(slot));
                assert!(!bits.is_free(slot));
            }
            assert_eq!(bits.take(), None);
            assert!(bits.is_full());
            assert_eq!(bits.taken() as usize, slots);
        }
    }

    #[test]
    fn no_slots_until_reset() {
        assert_eq!(Slots::default().take(), None);
    }

    proptest! {
        #[test]
        fn agrees_with_a_set(
            slots in 1..=MOST_SLOTS,
            taken in 0..=MOST_SLOTS,
            changes in prop::collection::vec(prop::option::of(0..MOST_SLOTS), 1..300),
        ) {
            let bits = Slots::default();
            bits.reset(slots);
            let mut free: BTreeSet<usize> = (0..slots).collect();
            for _ in 0..taken {
                prop_assert_eq!(bits.take(), free.pop_first());
            }
            for change in changes {
                match change.map(|slot| slot % slots) {
                    None => prop_assert_eq!(bits.take(), free.pop_first()),
                    Some(slot) => prop_assert_eq!(bits.give(slot), free.insert(slot)),
                }
                prop_assert_eq!(bits.is_full(), free.is_empty());
                prop_assert_eq!(bits.taken() as usize, slots - free.len());
            }
            prop_assert!((0..slots).all(|slot| bits.is_free(slot) == free.contains(&slot)));
        }
    }
}
