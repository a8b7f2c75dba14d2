//! Nothing of a `Secret` is left where it lay: looked at in memory that stays ours.

use std::alloc::{GlobalAlloc, Layout, System};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use zkarena::{PVec, PhaseGuard, Plan, Secret, site, with_phase};

/// The system's allocator; looks into blocks of one size before it frees them.
struct Watching;

#[global_allocator]
static WATCHING: Watching = Watching;

/// A size that nothing else here asks for.
const WATCHED: usize = 1021 * size_of::<u64>();
static FREED: AtomicUsize = AtomicUsize::new(0);
static LEFT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise. Zeroed, so that what was never written can be looked at.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() == WATCHED {
            // SAFETY: a block of that size, which is the caller's; its bytes were zeros or numbers.
            let bytes = unsafe { std::slice::from_raw_parts(block, WATCHED) };
            let left = bytes.iter().filter(|&&byte| byte != 0).count();
            LEFT.fetch_add(left, Relaxed);
            FREED.fetch_add(1, Relaxed);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) };
    }
}

const KEY: [u64; 8] = [0xA5A5_5A5A_C3C3_3C3C; 8];

/// Memory with a value in it.
struct Place<T>(Box<MaybeUninit<T>>);

impl<T> Place<T> {
    fn of(value: T) -> Self {
        Self(Box::new(MaybeUninit::new(value)))
    }

    fn bytes(&self) -> &[u8] {
        let start = self.0.as_ptr().cast::<u8>();
        // SAFETY: the bytes of a value without padding, or zeros in its place.
        unsafe { std::slice::from_raw_parts(start, size_of::<T>()) }
    }

    /// Drops the value where it lies; the memory stays.
    fn drop_in_place(&mut self) {
        // SAFETY: there is a value, and this is called once.
        unsafe { self.0.assume_init_drop() };
    }

    #[track_caller]
    fn assert_wiped(&self) {
        assert!(
            self.bytes().iter().all(|&byte| byte == 0),
            "{:x?}",
            self.bytes()
        );
    }
}

#[test]
fn a_dropped_secret_is_wiped() {
    let mut place = Place::of(Secret::new(KEY));
    assert!(
        place
            .bytes()
            .chunks(8)
            .all(|word| word == KEY[0].to_ne_bytes())
    );
    place.drop_in_place();
    place.assert_wiped();
}

#[test]
fn so_is_one_that_was_changed() {
    let mut place = Place::of(Secret::new([0u64; 8]));
    // SAFETY: the secret is there.
    let secret = unsafe { place.0.assume_init_mut() };
    secret.expose_mut().copy_from_slice(&KEY);
    assert_eq!(secret.expose(), &KEY);
    place.drop_in_place();
    place.assert_wiped();
}

#[test]
fn all_bytes_of_a_value_with_padding_are_wiped() {
    let mut place = Place::of(Secret::new((1u8, u64::MAX, 2u16)));
    place.drop_in_place();
    place.assert_wiped();
}

#[test]
fn parts_of_something_larger_are_wiped() {
    let mut place = Place::of([Some(Secret::new(KEY)), Some(Secret::new(KEY))]);
    place.drop_in_place();
    let left = place
        .bytes()
        .chunks_exact(8)
        .filter(|word| **word == KEY[0].to_ne_bytes());
    assert_eq!(left.count(), 0);
}

static DROPS: AtomicUsize = AtomicUsize::new(0);

struct Fragile([u64; 2], bool);

impl Drop for Fragile {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Relaxed);
        assert_eq!(self.0, [KEY[0]; 2], "the destructor finds the value");
        assert!(!self.1, "fragile");
    }
}

#[test]
fn destructors_run_once_and_before_the_wipe() {
    let fragile = |breaks| Secret::new(Fragile([KEY[0]; 2], breaks));
    let mut place = Place::of(fragile(false));
    place.drop_in_place();
    place.assert_wiped();
    assert_eq!(DROPS.load(Relaxed), 1);
    let mut place = Place::of(fragile(true));
    catch_unwind(AssertUnwindSafe(|| place.drop_in_place())).expect_err("it is fragile");
    place.assert_wiped();
    assert_eq!(DROPS.load(Relaxed), 2);
    let released = fragile(false).declassify();
    assert_eq!(DROPS.load(Relaxed), 2);
    drop(released);
    assert_eq!(DROPS.load(Relaxed), 3);
}

#[test]
fn a_value_that_was_declassified_is_whole() {
    assert_eq!(Secret::new(vec![1, 2, 3]).declassify(), [1, 2, 3]);
    assert_eq!(Secret::new(KEY).declassify(), KEY);
}

/// A `Vec` whose room is of the size that is watched, half full.
fn watched() -> Vec<u64> {
    let mut values = Vec::with_capacity(WATCHED / size_of::<u64>());
    values.resize(500, KEY[0]);
    values.push(1);
    values.pop();
    values
}

#[test]
fn a_vec_that_is_taken_over_is_wiped() {
    drop(watched()); // the positive control: what is not wiped is seen
    assert_eq!(FREED.swap(0, Relaxed), 1);
    assert!(LEFT.swap(0, Relaxed) > 4000);

    with_phase(|phase| {
        let secret = phase.secret_vec_of(watched());
        assert_eq!(secret.expose(), [KEY[0]; 500]);
    });
    assert_eq!((FREED.swap(0, Relaxed), LEFT.swap(0, Relaxed)), (1, 0));

    // Also where there is no memory for the secret.
    let guard = PhaseGuard::root(site!("small"), Plan::new().budget(64));
    let refused: Result<PVec<'_, u64, Secret>, _> = guard.handle().try_secret_vec_of(watched());
    assert!(refused.is_err());
    assert_eq!((FREED.swap(0, Relaxed), LEFT.swap(0, Relaxed)), (1, 0));
}
