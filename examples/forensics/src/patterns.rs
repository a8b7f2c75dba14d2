//! The forms in which a witness can lie in memory.
//!
//! ```text
//! 256 bits: limbs of 64 bits   l0 l1 l2 l3    little endian, as numbers and in Montgomery form
//!                              l3 l2 l1 l0    64-bit limbs swapped
//!                              w7 w6 .. w0    32-bit limbs swapped
//!                              b31 .. b0      big endian
//!           each as two windows of 16 bytes
//!
//! 31 bits:  four elements      c  c+1 c+2 c+3     along a row
//!                              r  r+1 r+2 r+3     along a column
//!                              r  at reversed bits of i, i+1, i+2, i+3
//!                              r  r+2 r+4 r+6     even or odd lanes of packed columns
//! ```
#![forbid(unsafe_code)]

/// Bytes that are compared.
pub(crate) const WINDOW: usize = 16;
/// Different bytes that a window must have: less could be anything (a random window has 15 or 16).
const DIFFERENT: u32 = 8;
/// Stands for no name.
pub(crate) const UNNAMED: u8 = 0;

/// The windows of a witness.
///
/// It holds secrets in the clear: make it in a process that is not looked at, or not at all (see
/// [`KeySet::read`](crate::KeySet::read)).
#[derive(Clone, Default)]
pub struct Patterns {
    pub(crate) windows: Vec<([u8; WINDOW], u8)>,
    pub(crate) names: Vec<String>,
}

impl Patterns {
    /// No patterns.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.windows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Adds an element of 256 bits as it lies in memory, least significant limb first: call it with the canonical
    /// limbs and with those in Montgomery form. A `name` that is not empty tells which named values were found.
    ///
    /// # Panics
    /// At the 256th name.
    pub fn limbs(&mut self, limbs: [u64; 4], name: &str) {
        let name = self.number(name);
        let mut little = [0; 32];
        for (to, limb) in little.chunks_exact_mut(8).zip(limbs) {
            to.copy_from_slice(&limb.to_le_bytes());
        }
        let mut big = little;
        big.reverse();
        for form in [little, big, swapped::<8>(&little), swapped::<4>(&little)] {
            for half in form.chunks_exact(WINDOW) {
                self.push(half, name);
            }
        }
    }

    /// Adds a matrix of 31-bit elements as they lie in memory, `width` in a row: call it with the canonical values and
    /// with those in Montgomery form.
    ///
    /// # Panics
    /// If the last row is not complete.
    pub fn cells(&mut self, cells: &[u32], width: usize) {
        assert!(width > 0 && cells.len().is_multiple_of(width), "whole rows");
        for row in cells.chunks_exact(width) {
            self.runs(row, 1);
        }
        let height = cells.len() / width;
        let bits = height.checked_ilog2().unwrap_or(0);
        for column in 0..width {
            let natural: Vec<u32> = cells[column..].iter().copied().step_by(width).collect();
            self.runs(&natural, 1);
            self.runs(&natural, 2);
            if height.is_power_of_two() {
                let reversed: Vec<u32> = (0..height)
                    .map(|row| natural[reversed_bits(row, bits)])
                    .collect();
                self.runs(&reversed, 1);
            }
        }
    }

    /// Every window of four values that are `step` apart.
    fn runs(&mut self, values: &[u32], step: usize) {
        for run in values.windows(3 * step + 1) {
            let mut window = [0; WINDOW];
            for (to, value) in window.chunks_exact_mut(4).zip(run.iter().step_by(step)) {
                to.copy_from_slice(&value.to_le_bytes());
            }
            self.push(&window, UNNAMED);
        }
    }

    fn push(&mut self, window: &[u8], name: u8) {
        let mut seen = [0u64; 4];
        for byte in window {
            seen[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        let different: u32 = seen.iter().map(|bits| bits.count_ones()).sum();
        if different >= DIFFERENT {
            let mut copy = [0; WINDOW];
            copy.copy_from_slice(window);
            self.windows.push((copy, name));
        }
    }

    fn number(&mut self, name: &str) -> u8 {
        if name.is_empty() {
            return UNNAMED;
        }
        let known = self.names.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        u8::try_from(index + 1).expect("at most 255 names")
    }
}

impl std::fmt::Debug for Patterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Patterns");
        shown.field("len", &self.len()).field("names", &self.names);
        shown.finish_non_exhaustive()
    }
}

/// The limbs of `LIMB` bytes in reverse.
fn swapped<const LIMB: usize>(bytes: &[u8; 32]) -> [u8; 32] {
    let mut swapped = [0; 32];
    for (to, limb) in swapped
        .chunks_exact_mut(LIMB)
        .zip(bytes.rchunks_exact(LIMB))
    {
        to.copy_from_slice(limb);
    }
    swapped
}

fn reversed_bits(index: usize, bits: u32) -> usize {
    if bits == 0 {
        return index;
    }
    index.reverse_bits() >> (usize::BITS - bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(patterns: &Patterns) -> Vec<[u8; WINDOW]> {
        patterns.windows.iter().map(|(window, _)| *window).collect()
    }

    #[test]
    fn an_element_has_eight_windows() {
        let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).expect("small"));
        let limb =
            |i: usize| u64::from_le_bytes(bytes[8 * i..8 * i + 8].try_into().expect("eight bytes"));
        let mut patterns = Patterns::new();
        patterns.limbs([limb(0), limb(1), limb(2), limb(3)], "r");
        let windows = windows(&patterns);
        assert_eq!(windows.len(), 8);
        assert_eq!(windows[0], bytes[..16]);
        assert_eq!(windows[2][..3], [31, 30, 29]);
        assert_eq!(windows[4][..9], [24, 25, 26, 27, 28, 29, 30, 31, 16]);
        assert_eq!(windows[6][..5], [28, 29, 30, 31, 24]);
        assert_eq!(
            (patterns.names.as_slice(), patterns.windows[0].1),
            (&["r".to_owned()][..], 1)
        );
    }

    #[test]
    fn a_matrix_is_read_in_every_order() {
        let cells: Vec<u32> = (0..32u32).map(|i| i.wrapping_mul(0x9e37_79b9)).collect();
        let mut patterns = Patterns::new();
        patterns.cells(&cells, 4);
        let windows = windows(&patterns);
        let wanted = |cell: [usize; 4]| {
            let bytes: Vec<u8> = cell.iter().flat_map(|&i| cells[i].to_le_bytes()).collect();
            windows.iter().any(|window| window[..] == bytes)
        };
        assert!(wanted([4, 5, 6, 7]), "a row");
        assert!(wanted([1, 5, 9, 13]), "a column");
        assert!(wanted([2, 18, 10, 26]), "rows 0, 4, 2, 6");
        assert!(wanted([3, 11, 19, 27]), "every other row");
        assert!(!wanted([3, 4, 5, 6]), "rows do not run on");
    }

    #[test]
    fn what_could_be_anything_is_no_pattern() {
        let mut patterns = Patterns::new();
        patterns.limbs([0, 1, 0, 0], "");
        patterns.cells(&[0, 1, 2, 3], 4);
        assert!(patterns.is_empty());
    }
}
