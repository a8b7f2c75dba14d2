//! Random numbers that a failing test can repeat.

/// `SplitMix64`: small, fast, and good enough to choose operations.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The seed of a test: fixed, unless `TEST_SEED` asks for another one.
    pub(crate) fn of_test(name: &str) -> Self {
        let wish = std::env::var("TEST_SEED")
            .ok()
            .and_then(|text| text.parse().ok());
        let seed = wish.unwrap_or_else(|| name.bytes().fold(0xcbf2_9ce4_8422_2325, fnv));
        println!("{name}: TEST_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another sequence, for another thread.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A number in `low..=high` whose logarithm is evenly spread: as many small as large ones.
    pub(crate) fn size(&mut self, low: usize, high: usize) -> usize {
        let span = high.ilog2() - low.ilog2();
        let log = low.ilog2() + u32::try_from(self.below(span as usize + 1)).unwrap_or(0);
        let size = (1 << log) + self.below(1 << log);
        size.clamp(low, high)
    }

    /// Whether something that happens `one_in` times happens.
    pub(crate) fn one_in(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}
