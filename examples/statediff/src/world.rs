//! What is in storage before the batch, and what writing to it costs.

use crate::word::{SlotKey, U256, mix};

/// Reads of a slot that was read before give so much back, as reads of free slots do.
pub(crate) const WARM_READ: u32 = 1900;
/// And so do writes, by what happened to the slot before.
const WARM_WRITE: u32 = 5000;
const WRITE_AFTER_READ: u32 = 2100;

/// One slot in four is empty before the batch.
pub(crate) fn initial(key: &SlotKey) -> U256 {
    let seed = mix(key.slot.0[3] ^ u64::from(key.address[0]));
    if seed.is_multiple_of(4) {
        return U256::default();
    }
    U256::random(seed)
}

/// What a write number `seed` puts into a slot: now and then zero, or what was there before the batch.
pub(crate) fn written(key: &SlotKey, seed: u16) -> U256 {
    match seed % 16 {
        0 => U256::default(),
        1 => initial(key),
        _ => U256::random(mix(u64::from(seed)) ^ key.slot.0[0]),
    }
}

/// Bytes of public data that it takes to say that `initial` has become `value`.
pub(crate) fn update_cost(initial: U256, value: U256) -> u32 {
    if initial == value {
        return 0;
    }
    let (before, after) = (initial.to_bytes(), value.to_bytes());
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b);
    33 - u32::try_from(same.count()).unwrap_or(32)
}

/// What a write gives back.
pub(crate) const fn write_refund(was_written: bool, was_read: bool) -> u32 {
    match (was_written, was_read) {
        (true, _) => WARM_WRITE,
        (false, true) => WRITE_AFTER_READ,
        (false, false) => 0,
    }
}

/// What a read gives back.
pub(crate) const fn read_refund(was_read: bool) -> u32 {
    if was_read { WARM_READ } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_the_bytes_that_differ() {
        let zero = U256::default();
        assert_eq!(update_cost(zero, zero), 0);
        assert_eq!(update_cost(zero, U256([0, 0, 0, 1])), 2);
        assert_eq!(update_cost(zero, U256([u64::MAX, 0, 0, 0])), 33);
    }

    #[test]
    fn some_slots_are_empty_and_some_writes_change_nothing() {
        let keys: Vec<_> = (0..1000).map(SlotKey::random).collect();
        let empty = keys.iter().filter(|key| initial(key) == U256::default());
        assert!((150..350).contains(&empty.count()));
        assert_eq!(written(&keys[0], 17), initial(&keys[0]));
        assert_eq!(written(&keys[0], 16), U256::default());
        assert_ne!(written(&keys[0], 2), written(&keys[1], 2));
    }
}
