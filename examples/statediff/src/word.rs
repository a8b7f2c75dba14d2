//! Numbers and keys as the VM has them.

/// A number of 256 bits, most significant word first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct U256(pub(crate) [u64; 4]);

impl U256 {
    /// A number that looks random, and follows from a seed.
    pub(crate) fn random(seed: u64) -> Self {
        Self([0, 1, 2, 3].map(|word| mix(seed.wrapping_mul(4).wrapping_add(word))))
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (to, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            to.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }
}

/// A contract and one of its storage slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SlotKey {
    pub(crate) address: [u8; 20],
    pub(crate) slot: U256,
}

impl SlotKey {
    /// The key of slot number `number`, of one of a few hundred contracts.
    pub(crate) fn random(number: u32) -> Self {
        const CONTRACTS: u64 = 600;
        let contract = U256::random(mix(number.into()) % CONTRACTS).to_bytes();
        let mut address = [0; 20];
        address.copy_from_slice(&contract[..20]);
        Self {
            address,
            slot: U256::random(u64::from(number) + CONTRACTS),
        }
    }
}

/// A permutation of 64-bit numbers without a pattern: the last step of `SplitMix64`.
pub(crate) const fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Numbers without a pattern, the same in every run.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`, which is not zero.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(1);
        // The high bits of a product: no division, and as even as can be seen here.
        let wide = u128::from(mix(self.0)) * sides as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// True once in `n` times.
    pub(crate) fn once_in(&mut self, n: usize) -> bool {
        self.roll(n) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_distinct_and_contracts_few() {
        let mut keys: Vec<_> = (0..10_000).map(SlotKey::random).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 10_000);
        keys.dedup_by_key(|key| key.address);
        assert!((500..=600).contains(&keys.len()), "{}", keys.len());
    }

    #[test]
    fn dice_are_even() {
        let mut dice = Dice::new(1);
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[dice.roll(6)] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
    }
}
