//! Transforms and inner products of what lies in a file are those that the libraries make in memory.

mod common;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, FftField};
use ark_poly::univariate::DensePolynomial;
use ark_poly::{DenseUVPolynomial, EvaluationDomain, Polynomial, Radix2EvaluationDomain};
use common::disk::Folder;
use common::random::Random;
use p3_baby_bear::BabyBear;
use p3_dft::{Radix2Bowers, TwoAdicSubgroupDft};
use p3_field::extension::BinomialExtensionField;
use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField, dot_product};
use p3_koala_bear::KoalaBear;
use std::fmt::Debug;
use std::ops::Range;
use zkarena::kernels::{KernelError, Ntt, NttField, dot, dot_with, evaluate};
use zkarena::{Bytes, Plain, Store, StoreError, Stored};

type Extension = BinomialExtensionField<KoalaBear, 4>;

fn stored<F: Plain>(store: &Store, elements: &[F]) -> Stored<F> {
    let mut writing = store.write(elements.len()).expect("room");
    writing.append(elements).expect("a write");
    writing.freeze().expect("written")
}

fn read<F: Plain>(stored: &Stored<F>, zero: F) -> Vec<F> {
    let mut elements = vec![zero; stored.len()];
    let all = 0..stored.len();
    stored.read_into(all, &mut elements).expect("a read");
    elements
}

fn elements<F: Field>(count: usize, seed: u64) -> Vec<F> {
    let mut random = Random::new(seed);
    (0..count).map(|_| F::from_u64(random.next())).collect()
}

fn koala_bears(count: usize, seed: u64) -> Vec<KoalaBear> {
    elements(count, seed)
}

fn scalars(count: usize, seed: u64) -> Vec<Fr> {
    let mut random = Random::new(seed);
    (0..count)
        .map(|_| Fr::from(random.next()) * Fr::from(random.next()))
        .collect()
}

/// Evaluations on a coset, by the library's plainest transform.
fn plonky3<F: TwoAdicField>(coefficients: Vec<F>, shift: F) -> Vec<F> {
    Radix2Bowers.coset_dft(coefficients, shift)
}

fn arkworks(mut values: Vec<Fr>, shift: Fr) -> Vec<Fr> {
    let group = Radix2EvaluationDomain::<Fr>::new(values.len()).expect("a group");
    let coset = group.get_coset(shift).expect("a coset");
    coset.fft_in_place(&mut values);
    values
}

/// Forward, inverse and with fewer coefficients, in each memory that is enough of these.
fn check<F: NttField + PartialEq + Debug>(
    coefficients: &[F],
    shifts: &[F],
    zero: F,
    memories: &[Bytes],
    library: fn(Vec<F>, F) -> Vec<F>,
) {
    let folder = Folder::new();
    let store = folder.store();
    let size = coefficients.len();
    let log_size = size.ilog2() as usize;
    let half = size.div_ceil(2);
    let mut padded = coefficients[..half].to_vec();
    padded.resize(size, zero);
    for &shift in shifts {
        let evaluations = library(coefficients.to_vec(), shift);
        let of_half = library(padded.clone(), shift);
        for &memory in memories {
            let (forward, inverse) = (
                Ntt::forward(memory).shift(shift),
                Ntt::inverse(memory).shift(shift),
            );
            let forward = |input: &[F]| {
                let output = forward.run(&store, &stored(&store, input), log_size);
                read(&output.expect("a transform"), zero)
            };
            assert!(
                forward(coefficients) == evaluations,
                "2^{log_size} in {memory}"
            );
            assert!(
                forward(&coefficients[..half]) == of_half,
                "2^{log_size} in {memory}, half"
            );
            let input = stored(&store, &evaluations);
            let output = inverse.run(&store, &input, log_size).expect("a transform");
            assert!(
                read(&output, zero) == coefficients,
                "2^{log_size} in {memory}, back"
            );
        }
    }
}

#[test]
fn transforms_in_memory_of_plonky3() {
    for log_size in 0..=16 {
        let coefficients = koala_bears(1 << log_size, 7);
        let least = Ntt::<KoalaBear>::least_memory(log_size);
        let shifts = [KoalaBear::ONE, KoalaBear::GENERATOR];
        check(
            &coefficients,
            &shifts,
            KoalaBear::ZERO,
            &[least, Bytes(1 << 30)],
            plonky3,
        );
    }
}

#[test]
fn transforms_in_passes_of_plonky3() {
    let coefficients = koala_bears(1 << 20, 8);
    for (memory, shift) in [
        (4 << 20, KoalaBear::GENERATOR),
        ((8 << 20) - 1, KoalaBear::ONE),
    ] {
        check(
            &coefficients,
            &[shift],
            KoalaBear::ZERO,
            &[Bytes(memory)],
            plonky3,
        );
    }
}

#[test]
fn transforms_of_another_field_of_plonky3() {
    for log_size in [0, 1, 7, 12, 20] {
        let coefficients: Vec<BabyBear> = elements(1 << log_size, 18);
        let memory = Ntt::<BabyBear>::least_memory(log_size);
        assert_eq!(
            memory.0 < 8 << log_size,
            log_size == 20,
            "this takes passes"
        );
        let shift = [BabyBear::GENERATOR];
        check(&coefficients, &shift, BabyBear::ZERO, &[memory], plonky3);
    }
}

#[test]
fn transforms_in_memory_of_arkworks() {
    for log_size in 0..=12 {
        let coefficients = scalars(1 << log_size, 9);
        let least = Ntt::<Fr>::least_memory(log_size);
        let shifts = [Fr::from(1u64), Fr::GENERATOR];
        check(
            &coefficients,
            &shifts,
            Fr::ZERO,
            &[least, Bytes(1 << 30)],
            arkworks,
        );
    }
}

#[test]
fn transforms_in_passes_of_arkworks() {
    for log_size in [14, 15] {
        let coefficients = scalars(1 << log_size, 10);
        let least = Ntt::<Fr>::least_memory(log_size);
        assert!(least.0 <= 32 << log_size, "this takes passes");
        let memories = [least, Bytes((64 << log_size) - 1)];
        let shifts = [Fr::from(1u64), Fr::GENERATOR];
        check(&coefficients, &shifts, Fr::ZERO, &memories, arkworks);
    }
}

#[test]
fn an_extension_field_evaluates() {
    let folder = Folder::new();
    let store = folder.store();
    let mut random = Random::new(11);
    let mut point = || Extension::new(std::array::from_fn(|_| KoalaBear::from_u64(random.next())));
    let points = [point(), point()];
    // None, one, tiles that are full or not.
    let polynomials = [0, 1, 100, 16_384, 16_385, 50_000].map(|len| koala_bears(len, 12));
    let on_disk = polynomials.each_ref().map(|each| stored(&store, each));
    let found = evaluate(&store, &on_disk.each_ref(), points).expect("values");
    let value = |polynomial: &Vec<KoalaBear>, point: Extension| {
        let from_last = polynomial.iter().rev();
        from_last.fold(Extension::ZERO, |value, &next| value * point + next)
    };
    let expected = polynomials.each_ref();
    assert_eq!(
        found,
        expected.map(|each| points.map(|point| value(each, point)))
    );
    // As inner products with the powers of the point: computed, or in the file.
    let powers: Vec<Extension> = points[1].powers().collect_n(50_000);
    let weigh = |range: Range<usize>, into: &mut [Extension]| {
        into.copy_from_slice(&powers[range]);
    };
    let sums = dot_with(&store, &on_disk.each_ref(), weigh).expect("sums");
    assert_eq!(sums, expected.map(|each| value(each, points[1])));
    let weights = stored(&store, &powers);
    let longest = [&on_disk[5], &on_disk[5]];
    assert_eq!(dot(&store, &longest, &weights).expect("sums"), [sums[5]; 2]);
}

#[test]
fn arkworks_evaluates() {
    let folder = Folder::new();
    let store = folder.store();
    let polynomials = [1, 2048, 5000].map(|len| scalars(len, len as u64));
    let on_disk = polynomials.each_ref().map(|each| stored(&store, each));
    let point = Fr::from(987_654_321u64);
    let found = evaluate(&store, &on_disk.each_ref(), [point]).expect("values");
    let value = |polynomial: &Vec<Fr>| {
        [DensePolynomial::from_coefficients_slice(polynomial).evaluate(&point)]
    };
    assert_eq!(found, polynomials.each_ref().map(value));
}

#[test]
fn inner_products_are_the_librarys() {
    let folder = Folder::new();
    let store = folder.store();
    let vectors: Vec<Vec<KoalaBear>> = (0..5).map(|seed| koala_bears(40_000, seed)).collect();
    let weights = koala_bears(40_000, 99);
    let on_disk: Vec<Stored<KoalaBear>> = vectors.iter().map(|each| stored(&store, each)).collect();
    let found = dot(
        &store,
        &on_disk.iter().collect::<Vec<_>>(),
        &stored(&store, &weights),
    );
    let expected = |vector: &Vec<KoalaBear>| -> KoalaBear {
        dot_product(vector.iter().copied(), weights.iter().copied())
    };
    assert_eq!(
        found.expect("sums"),
        vectors.iter().map(expected).collect::<Vec<_>>()
    );
    let none: &[&Stored<KoalaBear>] = &[];
    assert!(dot(&store, none, &on_disk[0]).expect("nothing").is_empty());
}

/// The smallest transform over this field that is done in two passes, and its bytes.
const LOG_SMALL: usize = 14;
const SMALL: u64 = 32 << LOG_SMALL;

/// Transforms in two passes in `store`, and checks the result.
fn check_passes(store: &Store, seed: u64) {
    let coefficients = scalars(1 << LOG_SMALL, seed);
    let input = stored(store, &coefficients);
    let output = Ntt::forward(Bytes(SMALL)).run(store, &input, LOG_SMALL);
    let found = read(&output.expect("a transform"), Fr::ZERO);
    assert!(found == arkworks(coefficients, Fr::from(1u64)));
}

/// The fewest buffers that a store may have are enough, and no byte is moved more often than it has to be.
#[test]
fn few_buffers_do_and_bytes_are_moved_twice() {
    let folder = Folder::new();
    let plan = folder.plan().buffers(Bytes(0));
    let store = plan.open().expect("a store");
    check_passes(&store, 13);
    let vector = stored(&store, &scalars(1 << LOG_SMALL, 13));
    vector.finish().expect("written");
    let before = store.stats();
    let output = Ntt::forward(Bytes(SMALL)).run(&store, &vector, LOG_SMALL);
    output.expect("a transform").finish().expect("written");
    let after = store.stats();
    assert_eq!(after.read_bytes - before.read_bytes, 2 * SMALL);
    assert_eq!(after.written_bytes - before.written_bytes, 2 * SMALL);
    assert_eq!(after.disk_peak_bytes, 3 * SMALL);
    assert!(dot(&store, &[&vector, &vector], &vector).is_ok());
}

#[test]
fn encrypted_data_is_transformed() {
    let folder = Folder::new();
    check_passes(&folder.plan().encrypt().open().expect("a store"), 14);
}

/// Some of it in memory, or all.
#[test]
fn where_the_store_keeps_data_makes_no_difference() {
    let folder = Folder::new();
    for (ram, all) in [(SMALL + SMALL / 2, false), (1 << 30, true)] {
        let store = folder.plan().ram(Bytes(ram)).open().expect("a store");
        check_passes(&store, 17);
        let stats = store.stats();
        assert_eq!(stats.disk_peak_bytes == 0, all, "{stats:?}");
        assert!(stats.ram_peak_bytes > 0, "{stats:?}");
    }
}

#[test]
fn too_little_memory_names_the_least() {
    let folder = Folder::new();
    let store = folder.store();
    let input = stored(&store, &koala_bears(1 << 4, 15));
    for (log_size, least) in [(4, 128), (20, 4 << 20), (22, 8 << 20), (24, 16 << 20)] {
        let least = Bytes(least);
        assert_eq!(Ntt::<KoalaBear>::least_memory(log_size), least);
        let given = Bytes(least.0 - 1);
        let refused = Ntt::forward(given)
            .run(&store, &input, log_size)
            .expect_err("too little");
        assert_eq!(refused, KernelError::Memory { given, least });
        assert!(
            refused.to_string().contains(&least.to_string()),
            "{refused}"
        );
    }
    assert_eq!(store.stats().read_bytes, 0);
}

#[test]
fn tiles_that_lie_apart_are_refused() {
    let folder = Folder::new();
    let store = folder.store();
    let coefficients = scalars(1 << LOG_SMALL, 16);
    let tiles = store.write_tiles(1 << LOG_SMALL, 64).expect("room"); // half a page each
    for (number, tile) in coefficients.chunks(64).enumerate() {
        tiles.write(number, tile).expect("a write");
    }
    let input = tiles.freeze().expect("written");
    let passes = Ntt::forward(Bytes(SMALL)).run(&store, &input, LOG_SMALL);
    let refused = passes.expect_err("apart");
    assert_eq!(refused, KernelError::Store(StoreError::TileApart));
    let whole = Ntt::forward(Bytes(2 * SMALL)).run(&store, &input, LOG_SMALL);
    let found = read(&whole.expect("a transform"), Fr::ZERO);
    assert!(found == arkworks(coefficients, Fr::from(1u64)));
}

#[test]
#[should_panic(expected = "a transform over this field has 2^24 elements at most, not 2^25")]
fn groups_that_the_field_has_not() {
    let _ = Ntt::<KoalaBear>::least_memory(25);
}
