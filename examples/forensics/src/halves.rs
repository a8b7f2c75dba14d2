//! Halves of windows: what a general register can hold.
#![forbid(unsafe_code)]

use crate::KeySet;

/// The halves of all windows, sorted, under the low half of the mask.
#[derive(Debug)]
pub(crate) struct Halves {
    mask: u64,
    sorted: Vec<u64>,
}

impl Halves {
    /// Those of a set.
    pub(crate) fn of(keys: &KeySet) -> Self {
        let (windows, mask) = keys.masked_windows();
        let (low_mask, high_mask) = split(mask);
        let halves = windows.map(split);
        let mut sorted: Vec<u64> = halves
            .flat_map(|(low, high)| [low, high ^ high_mask ^ low_mask])
            .collect();
        sorted.sort_unstable();
        Self {
            mask: low_mask,
            sorted,
        }
    }

    /// Whether a register holds half of a window.
    pub(crate) fn contains(&self, register: u64) -> bool {
        self.sorted.binary_search(&(register ^ self.mask)).is_ok()
    }
}

/// The low and the high half.
#[expect(clippy::cast_possible_truncation, reason = "halves")]
pub(crate) const fn split(key: u128) -> (u64, u64) {
    (key as u64, (key >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Patterns;

    #[test]
    fn halves_are_found_under_one_mask() {
        let limbs = [3, 5, 7, 11].map(|limb: u64| limb.wrapping_mul(0xd1b5_4a32_d192_ed03));
        let mut patterns = Patterns::new();
        patterns.limbs(limbs, "");
        let halves = Halves::of(&KeySet::new(&patterns));
        for limb in limbs {
            assert!(halves.contains(limb) && halves.contains(limb.swap_bytes()));
            assert!(!halves.contains(limb ^ 1));
        }
    }
}
