//! The ideas of zkarena, one short program each: read them in order, in `src/bin`.
//!
//! ```text
//! cargo run -p zkarena-ideas --bin 01_first_phase
//! ```
//!
//! What phases measure, for any code that allocates:
//!
//! - `01_first_phase`: one line installs the allocator, one attribute marks the prover.
//! - `02_nested_phases`: a closure is enough, and the report is a tree.
//! - `03_survivors`: what a phase leaves behind stays valid, and is counted.
//! - `04_retention`: what happens to free pages when a root phase ends.
//! - `05_threads`: workers take part in a phase by themselves.
//!
//! What lives in a phase, for a prover's own code:
//!
//! - `06_vectors`: the handle `phase`, and the arenas behind it.
//! - `07_results`: scratch memory dies with a function, its result lives in the caller's phase.
//! - `08_columns`: a struct of columns that is built in a phase, planned and measured.
//! - `09_promotion`: results change phases without a copy, or leave them all.
//! - `10_local_handles`: inner loops on rayon's workers.
//! - `11_limits`: a budget, and an error to act on.
//! - `12_polynomials`: the basis of a polynomial is in its type.
//! - `13_hash_maps`: collections of other crates in a phase.
//! - `14_rounds`: memory that is free again after each round.
//! - `15_layout_digest`: one number for all that was requested, on any number of threads.
//! - `16_secrets`: what is read by name, released by name, and wiped.
//! - `17_witness_function`: what a library allocates is wiped as well.
//! - `18_low_memory`: what a library allocates lies in a file.
//! - `19_gated_traces`: records that are kept or skipped, and a summary in both cases.
//! - `20_keyed_state`: many facts about a key in one entry, each with what takes it back.
//! - `21_reservations`: what is counted in advance is checked in advance, and never grows.
//!
//! `expanded` has the programs that use a macro once more, with what the macros expand to. They run
//! as well: `cargo run -p zkarena-ideas --example 07_results`.
#![forbid(unsafe_code)]

/// The order of the field that the programs compute in: `BabyBear`.
pub const P: u64 = (15 << 27) + 1;

/// Generates the multiplicative group of the field; a shift that leads out of every two-adic one.
pub const GENERATOR: u64 = 31;

/// `base` to the power of `exponent`.
#[must_use]
pub fn pow(base: u64, exponent: u64) -> u64 {
    match exponent {
        0 => 1,
        odd if odd % 2 == 1 => pow(base, odd - 1) * base % P,
        even => pow(base * base % P, even / 2),
    }
}

/// A generator of the group of `size` elements, a power of two up to 2^27.
#[must_use]
pub fn root(size: usize) -> u64 {
    pow(GENERATOR, (P - 1) / size as u64)
}

/// Turns coefficients into evaluations at the powers of `root(values.len())`, in natural order.
pub fn fft(values: &mut [u64]) {
    transform(values, root(values.len()));
}

/// The way back from [`fft`].
pub fn inverse_fft(values: &mut [u64]) {
    let size = values.len() as u64;
    transform(values, pow(root(values.len()), P - 2));
    let scale = pow(size, P - 2);
    for value in values {
        *value = *value * scale % P;
    }
}

/// Cooley and Tukey's butterflies, after the values were put in bit-reversed order.
fn transform(values: &mut [u64], root: u64) {
    let size = values.len();
    bit_reverse(values);
    let mut half = 1;
    while half < size {
        let step = pow(root, (size / (2 * half)) as u64);
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            let mut twiddle = 1;
            for (low, high) in low.iter_mut().zip(high) {
                let turned = *high * twiddle % P;
                (*low, *high) = ((*low + turned) % P, (*low + P - turned) % P);
                twiddle = twiddle * step % P;
            }
        }
        half *= 2;
    }
}

/// Exchanges the value at each index with the one at the index that has its bits in reverse.
pub fn bit_reverse(values: &mut [u64]) {
    let bits = values.len().ilog2();
    for index in 1..values.len() {
        let reversed = index.reverse_bits() >> (usize::BITS - bits);
        if index < reversed {
            values.swap(index, reversed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fft, inverse_fft, pow, root};

    #[test]
    fn a_transform_evaluates_and_has_a_way_back() {
        let mut values = [3, 1, 4, 1, 5, 9, 2, 6];
        fft(&mut values);
        let at = pow(root(8), 3);
        let expected = [3, 1, 4, 1, 5, 9, 2, 6].into_iter().rev();
        let expected = expected.fold(0, |value, coeff| (value * at + coeff) % super::P);
        assert_eq!(values[3], expected);
        inverse_fft(&mut values);
        assert_eq!(values, [3, 1, 4, 1, 5, 9, 2, 6]);
        fft(&mut [7]);
    }
}
