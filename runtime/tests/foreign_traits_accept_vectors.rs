//! Vectors of a phase, and phases as allocators, in the traits of other crates: serde, rayon,
//! allocator-api2 0.2 and 0.4, Plonky3, arkworks.

mod common;

use common::KIB;
use common::child::by_itself;
use zkarena::{
    ArenaAlloc, Bytes, Coeffs, Evals, Home, PBox, PVec, Phase, PhaseAlloc, PhaseGuard, Plan, Poly,
    Site, with_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("foreign", module_path!(), file!(), line!());

mod by_serde {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(ArenaAlloc, Serialize, Deserialize, Debug, PartialEq)]
    struct Proof<'ph> {
        rows: PVec<'ph, u32>,
        root: PBox<'ph, [u8; 4]>,
        quotient: Poly<'ph, u64, Evals>,
        openings: Vec<PVec<'ph, u8>>,
    }

    fn proof(phase: Phase<'_>) -> Proof<'_> {
        Proof {
            rows: phase.vec_from(&[1, 2, 3]),
            root: phase.boxed([9; 4]),
            quotient: phase.vec_from(&vec![5u64; 20_000]).into(),
            openings: vec![phase.vec(), phase.witness().vec_from(&[7, 8])],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (json, bytes) = with_phase(|phase| {
            let proof = proof(*phase);
            let json = serde_json::to_string(&proof).expect("JSON");
            (json, postcard::to_allocvec(&proof).expect("bytes"))
        });
        assert!(json.starts_with(r#"{"rows":[1,2,3],"root":[9,9,9,9],"quotient":[5,"#));
        assert!(json.ends_with(r#"],"openings":[[],[7,8]]}"#));
        // What is read is on the heap: no phase is open.
        let read: Proof<'static> = serde_json::from_str(&json).expect("a proof");
        assert_eq!(read, postcard::from_bytes(&bytes).expect("a proof"));
        assert!(matches!(read.rows.home(), Home::Heap));
        assert_eq!(read.footprint().total(), read.footprint().heap);
        with_phase(|phase| {
            let copy = read.copy_into(*phase);
            assert_eq!(copy, proof(*phase));
            assert!(matches!(copy.rows.home(), Home::Phase(_)));
            // And may be taken for one of a phase.
            let short: Proof<'_> = postcard::from_bytes(&bytes).expect("a proof");
            assert_eq!(copy, short);
        });
    }

    /// The bytes are those of a `Vec`, so that either end may be without arenas.
    #[test]
    fn the_format_is_that_of_vec() {
        let values: Vec<u64> = (0..300).map(|n| n * n).collect();
        let bytes = postcard::to_allocvec(&values).expect("bytes");
        with_phase(|phase| {
            let vec = phase.vec_from(&values);
            assert_eq!(postcard::to_allocvec(&vec).expect("bytes"), bytes);
            let poly: Poly<'_, u64, Coeffs> = vec.into();
            assert_eq!(postcard::to_allocvec(&poly).expect("bytes"), bytes);
        });
        let read: PVec<'_, u64> = postcard::from_bytes(&bytes).expect("a vector");
        assert_eq!(read, values);
    }

    /// A length without the elements is an error, and reserves next to nothing.
    #[test]
    fn a_claimed_length_is_not_believed() {
        if !super::by_itself() {
            return; // the high-water mark is that of the process
        }
        let mut claim = postcard::to_allocvec(&(1u64 << 60)).expect("bytes");
        claim.extend([1, 2, 3]);
        assert!(postcard::from_bytes::<PVec<'_, u64>>(&claim).is_err());
        assert!(serde_json::from_str::<PVec<'_, u64>>("[1, 2").is_err());
        assert!(serde_json::from_str::<PVec<'_, u64>>(r#"{"a": 1}"#).is_err());
        let highest = zkarena::report().heap().high_water_bytes;
        assert!(highest < 1 << 30, "{highest}");
    }
}

mod by_rayon {
    use super::*;
    use rayon::prelude::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// More than there are processors, so that elements are made on several.
    fn on_four_threads<R: Send>(f: impl FnOnce() -> R + Send) -> R {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
        pool.expect("threads").install(f)
    }

    #[test]
    fn vectors_are_filled_by_index() {
        on_four_threads(|| {
            with_phase(|phase| {
                for len in [0, 1, 3, 100_000] {
                    for home in [*phase, phase.witness(), phase.scratch()] {
                        let squares = home.par_vec(len, |n| n * n);
                        assert!(squares.iter().copied().eq((0..len).map(|n| n * n)));
                        assert_eq!(squares.capacity(), len);
                    }
                }
                let boxes = phase.par_vec(1000, |n| vec![n]); // dropped with the vector
                assert_eq!(boxes[999], [999]);
                assert_eq!(phase.par_vec(1000, |_| ()).len(), 1000);
            });
        });
    }

    #[test]
    fn vectors_are_read_and_written_in_parallel() {
        on_four_threads(|| {
            with_phase(|phase| {
                let mut values = phase.par_vec(50_000, |n| n as u64);
                values.par_iter_mut().for_each(|value| *value += 1);
                (&mut values).into_par_iter().for_each(|value| *value *= 2);
                let sum: u64 = (&values).into_par_iter().sum();
                assert_eq!(sum, 50_000 * 50_001);
                assert_eq!(
                    values.par_chunks(1000).map(<[u64]>::len).sum::<usize>(),
                    50_000
                );
            });
        });
    }

    /// Many threads with vectors of their own in one phase.
    #[test]
    fn threads_share_a_phase() {
        on_four_threads(|| {
            with_phase(|phase| {
                let phase = *phase;
                let vecs: Vec<PVec<'_, usize>> = (0..200)
                    .into_par_iter()
                    .map(|n| phase.vec_from(&vec![n; n * 50]))
                    .collect();
                for (n, vec) in vecs.iter().enumerate() {
                    assert!(vec.len() == n * 50 && vec.iter().all(|&value| value == n));
                }
                vecs.into_par_iter().for_each(drop); // on any thread
            });
        });
    }

    #[test]
    fn refusals_and_panics_leave_nothing_behind() {
        let guard = PhaseGuard::root(&SITE, Plan::new().budget(1 << 20));
        let phase = guard.handle();
        let refused = phase.try_par_vec(1 << 18, |n| n).expect_err("over");
        assert!(refused.is_over_limit() && refused.bytes() == 1 << 21);
        let panics = |n| assert!(n < 5000, "no element beyond 5000");
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            phase.par_vec(100_000, |n| {
                panics(n);
                n as u64
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(phase.stats().poly.bytes, Bytes(0));
        assert_eq!(phase.par_vec(1 << 17, |n| n)[5], 5);
    }
}

mod by_allocator_api2 {
    use super::*;
    use hashbrown::{DefaultHashBuilder, HashMap};
    use std::cell::Cell;

    /// Version 0.2, of which hashbrown is the best known user.
    #[test]
    fn a_map_lives_in_a_phase() {
        struct Dropped<'a>(&'a Cell<usize>, usize);
        impl Drop for Dropped<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() + 1);
            }
        }
        let drops = Cell::new(0);
        let guard = PhaseGuard::root(&SITE, Plan::new().budget(8 << 20));
        for home in [guard.handle(), guard.handle().scratch()] {
            let mut map = HashMap::<usize, Dropped<'_>, DefaultHashBuilder, _>::new_in(home);
            for n in 0..20_000 {
                map.insert(n, Dropped(&drops, n * n));
            }
            assert!((0..20_000).all(|n| map[&n].1 == n * n));
            map.retain(|n, _| n % 2 == 0);
            assert_eq!((map.len(), drops.get()), (10_000, 10_000));
            map.shrink_to_fit();
            assert_eq!(map[&1000].1, 1_000_000);
            let refused = map.try_reserve(1 << 20);
            assert!(refused.is_err(), "over the budget");
            assert_eq!(map.len(), 10_000);
            drop(map);
            assert_eq!(drops.replace(0), 20_000);
        }
        let stats = guard.handle().stats();
        let chunks = stats.poly.bytes.0 + stats.scratch.bytes.0;
        assert!(chunks < 1 << 20, "the large tables went back: {chunks}");
    }

    /// A type made for either version, put through all that an allocator has to do.
    macro_rules! collections {
        ($name:ident, $api:ident) => {
            #[test]
            fn $name() {
                use std::alloc::Layout;
                use $api::alloc::Allocator;
                use $api::{boxed::Box as ApiBox, vec::Vec as ApiVec};

                let guard = PhaseGuard::root(&SITE, Plan::new().budget(1 << 20));
                let phase = guard.handle();
                for home in [phase, phase.witness(), phase.scratch()] {
                    let name = ApiBox::new_in(String::from("fold"), home);
                    let mut vec = ApiVec::new_in(home);
                    vec.extend(0..20_000u32);
                    vec.truncate(100);
                    vec.shrink_to_fit();
                    assert!(vec.iter().copied().eq(0..100) && *name == "fold");
                    assert!(vec.try_reserve(1 << 20).is_err(), "over the budget");
                    assert!(vec.iter().copied().eq(0..100));

                    let [small, large] = [100, 100 * KIB]
                        .map(|bytes| Layout::from_size_align(bytes, 8).expect("a layout"));
                    let block = home.allocate_zeroed(small).expect("room").cast::<u8>();
                    // SAFETY: a block of the first layout, not used at its old place.
                    let grown = unsafe { home.grow_zeroed(block, small, large) };
                    let grown = grown.expect("room");
                    assert_eq!(grown.len(), large.size());
                    // SAFETY: a block of that many bytes, all of them initialised.
                    let bytes = unsafe { grown.as_ref() };
                    assert!(bytes.iter().all(|&byte| byte == 0));
                    // SAFETY: a block of the second layout, not used at its old place.
                    let shrunk = unsafe { home.shrink(grown.cast(), large, small) };
                    let shrunk = shrunk.expect("room").cast();
                    // SAFETY: a block of the first layout, done with.
                    unsafe { home.deallocate(shrunk, small) };
                }
            }
        };
    }

    collections!(version_0_2, allocator_api2);
    collections!(version_0_4, allocator_api2_04);
}

mod by_plonky3 {
    use super::*;
    use p3_commit::{BatchOpeningRef, Mmcs};
    use p3_field::{Field, PrimeCharacteristicRing};
    use p3_koala_bear::{
        KoalaBear, Poseidon2KoalaBear, default_koalabear_poseidon2_16,
        default_koalabear_poseidon2_24,
    };
    use p3_matrix::Matrix;
    use p3_matrix::dense::{DenseMatrix, RowMajorMatrix};
    use p3_merkle_tree::MerkleTreeMmcs;
    use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};

    type Packed = <KoalaBear as Field>::Packing;
    type Tree = MerkleTreeMmcs<
        Packed,
        Packed,
        PaddingFreeSponge<Poseidon2KoalaBear<24>, 24, 16, 8>,
        TruncatedPermutation<Poseidon2KoalaBear<16>, 2, 8, 16>,
        2,
        8,
    >;

    fn tree() -> Tree {
        let sponge = PaddingFreeSponge::new(default_koalabear_poseidon2_24());
        let compress = TruncatedPermutation::new(default_koalabear_poseidon2_16());
        MerkleTreeMmcs::new(sponge, compress, 0)
    }

    #[test]
    fn a_matrix_in_a_phase_is_committed_to_and_opened() {
        const WIDTH: usize = 5;
        const HEIGHT: usize = 64;
        with_phase(|phase| {
            let mut values = phase.vec_zeroed::<KoalaBear>(WIDTH * HEIGHT);
            assert!(values.iter().all(|value| *value == KoalaBear::ZERO));
            for (n, value) in values.iter_mut().enumerate() {
                *value = KoalaBear::from_usize(n * n + 1);
            }
            let (at, plain) = (values.as_ptr(), RowMajorMatrix::new(values.to_vec(), WIDTH));
            let matrix: DenseMatrix<KoalaBear, PVec<'_, KoalaBear>> =
                DenseMatrix::new(values, WIDTH);
            let dimensions = [matrix.dimensions()];
            let tree = tree();
            let (root, data) = tree.commit_matrix(matrix);
            assert_eq!(root, tree.commit_matrix(plain.clone()).0, "that of a `Vec`");
            let committed = tree.get_matrices(&data)[0];
            assert_eq!(committed.values.as_ptr(), at, "and nothing was copied");
            for index in [0, 31, HEIGHT - 1] {
                let mut opening = tree.open_batch(index, &data);
                let row = plain.row_slice(index).expect("a row");
                assert_eq!(opening.opened_values[0], *row);
                let verify = |opening: BatchOpeningRef<'_, _, _>| {
                    tree.verify_batch(&root, &dimensions, index, opening)
                };
                verify((&opening).into()).expect("it is what was committed to");
                opening.opened_values[0][0] += KoalaBear::ONE;
                assert!(verify((&opening).into()).is_err(), "and nothing else is");
            }
        });
    }

    #[test]
    fn matrices_on_the_heap_take_vectors_of_a_phase() {
        with_phase(|phase| {
            let values = phase.par_vec(12, KoalaBear::from_usize);
            let matrix = DenseMatrix::new(values, 3);
            let transposed: RowMajorMatrix<KoalaBear> = matrix.transpose();
            assert_eq!((transposed.width(), transposed.height()), (4, 3));
            assert_eq!(transposed.values[1], KoalaBear::from_usize(3));
            assert_eq!(matrix.to_row_major_matrix().values.len(), 12);
        });
    }
}

/// What arkworks asks for a slice for, it does on memory of a phase: multi-scalar multiplication, batch
/// inversion, powers. A transform in place wants `&mut Vec<T>`, which may grow, and nothing that takes
/// a slice is public; `fft` and `ifft` read a slice and return a `Vec`, so that a transform of a vector
/// in a phase costs one copy each way (on the warm pages of the heap, with `PhaseAlloc`).
mod by_arkworks {
    use super::*;
    use ark_bn254::{Fr, G1Affine, G1Projective};
    use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
    use ark_ff::{AdditiveGroup, Field};
    use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

    const SIZE: usize = 256;

    fn numbers(phase: Phase<'_>) -> PVec<'_, Fr> {
        phase.par_vec(SIZE, |n| Fr::from(n as u64 + 1))
    }

    #[test]
    fn zeroed_elements_are_zero() {
        with_phase(|phase| {
            let zeros = phase.vec_zeroed::<Fr>(10_000);
            assert!(zeros.iter().all(|zero| *zero == Fr::ZERO));
        });
    }

    #[test]
    fn transforms_read_from_a_phase_and_come_back() {
        let domain = Radix2EvaluationDomain::<Fr>::new(SIZE).expect("a power of two");
        with_phase(|phase| {
            let coeffs: Poly<'_, Fr, Coeffs> = numbers(*phase).into();
            let expected = coeffs.to_vec();
            let at = coeffs.as_ptr();
            let evals: Poly<'_, Fr, Evals> = coeffs.transform(|values| {
                let evals = domain.fft(values);
                values.copy_from_slice(&evals);
            });
            for (point, eval) in domain.elements().zip(&evals[..]).step_by(17) {
                let horner = |sum: Fr, coeff: &Fr| sum * point + coeff;
                assert_eq!(expected.iter().rev().fold(Fr::ZERO, horner), *eval);
            }
            let coeffs: Poly<'_, Fr, Coeffs> = evals.transform(|values| {
                let coeffs = domain.ifft(values);
                values.copy_from_slice(&coeffs);
            });
            assert_eq!(coeffs[..], expected);
            assert_eq!(coeffs.as_ptr(), at);
        });
    }

    #[test]
    fn slices_are_worked_on_in_place() {
        with_phase(|phase| {
            let mut values = numbers(*phase);
            ark_ff::batch_inversion(&mut values);
            let inverse = |(n, value): (usize, &Fr)| *value * Fr::from(n as u64 + 1) == Fr::ONE;
            assert!(values.iter().enumerate().all(inverse));
            let mut powers = phase.vec_from(&[Fr::ONE; 8]);
            Radix2EvaluationDomain::distribute_powers(&mut powers, Fr::from(3u64));
            assert_eq!(powers[7], Fr::from(3u64.pow(7)));
        });
    }

    #[test]
    fn scalars_and_bases_of_a_phase_are_multiplied() {
        with_phase(|phase| {
            let scalars = numbers(*phase);
            let base = G1Affine::generator();
            let bases: PVec<'_, G1Affine> =
                phase.par_vec(SIZE, |n| (base * Fr::from(n as u64)).into_affine());
            let product = G1Projective::msm(&bases, &scalars).expect("as many of each");
            let sum: u64 = (0..SIZE as u64).map(|n| n * (n + 1)).sum();
            assert_eq!(product, base * Fr::from(sum));
        });
    }
}
