//! A kernel takes the memory that it was given, however large the data is.

mod common;

use ark_bn254::Fr;
use common::disk::Folder;
use p3_field::PrimeCharacteristicRing;
use p3_koala_bear::KoalaBear;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use zkarena::kernels::{Ntt, NttField, evaluate};
use zkarena::{Bytes, Store, Stored};

/// Counts bytes of the heap: in use, and the most of them.
struct Counting {
    in_use: AtomicUsize,
    most: AtomicUsize,
}

#[global_allocator]
static HEAP: Counting = Counting {
    in_use: AtomicUsize::new(0),
    most: AtomicUsize::new(0),
};

// SAFETY: the system's allocator, with a count beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let in_use = self.in_use.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        self.most.fetch_max(in_use, Ordering::Relaxed);
        // SAFETY: the caller's promises are ours.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.in_use.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are ours.
        unsafe { System.dealloc(block, layout) }
    }
}

/// What threads, queues and the like have besides.
const REST: usize = 64 << 10;

/// The most bytes in use during `work`, over those before.
fn most_during<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = HEAP.in_use.load(Ordering::Relaxed);
    HEAP.most.store(before, Ordering::Relaxed);
    let result = work();
    (result, HEAP.most.load(Ordering::Relaxed) - before)
}

fn filled<F: NttField>(store: &Store, len: usize, element: F) -> Stored<F> {
    let mut writing = store.write(len).expect("room");
    for _ in 0..len / 1024 {
        writing.append(&[element; 1024]).expect("a write");
    }
    writing.freeze().expect("written")
}

/// Transforms there and back in `memory`, and looks what that took.
fn check<F: NttField>(store: &Store, log_size: usize, element: F, memory: Bytes) {
    let given = usize::try_from(memory.0).expect("a size");
    // As the documentation has it.
    let tables = given / 64 + 10 * size_of::<F>() * (1 << log_size.div_ceil(2));
    let input = filled(store, 1 << log_size, element);
    for ntt in [Ntt::forward(memory), Ntt::inverse(memory)] {
        for ntt in [ntt, ntt.shift(element)] {
            let (output, took) = most_during(|| ntt.run(store, &input, log_size));
            output.expect("a transform");
            assert!(
                took <= given + tables + REST,
                "{took} in {memory} for 2^{log_size}"
            );
            assert!(took >= given / 8, "{took}: this does not measure the bands");
        }
    }
}

/// One test, as the heap is one.
#[test]
fn kernels_take_what_they_were_given() {
    let folder = Folder::new();
    let store = folder.store();
    for (log_size, memory) in [(16, 512 << 10), (20, 4 << 20)] {
        check(&store, log_size, KoalaBear::TWO, Bytes(memory));
    }
    for (log_size, memory) in [(12, 256 << 10), (16, 1 << 20), (18, 2 << 20)] {
        check(&store, log_size, Fr::from(2u64), Bytes(memory));
    }
    let long = filled(&store, 1 << 22, KoalaBear::TWO);
    let (value, took) = most_during(|| evaluate(&store, &[&long, &long], [KoalaBear::ONE]));
    assert_eq!(value.expect("values"), [[KoalaBear::from_u32(2 << 22)]; 2]);
    assert!(took <= (64 << 10) + REST, "{took} for an evaluation");
}
