//! `PhaseAlloc::over(inner)`: small and over-aligned blocks go to the inner allocator, with the
//! caller's layout, and every block goes back to where it came from.

mod common;

use common::block::Block;
use common::child::{in_child, in_child_with};
use common::random::Random;
use common::{KIB, MIB, PAGE, alone};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};
use zkarena::{PhaseAlloc, report};

#[global_allocator]
static ALLOC: PhaseAlloc<Guarded> = PhaseAlloc::over(Guarded).min_bytes(16 * KIB);

/// An inner allocator that knows its own: in front of each block is a note of its layout.
#[derive(Debug)]
struct Guarded;

#[derive(Clone, Copy)]
#[repr(C)]
struct Note {
    magic: usize,
    size: usize,
    align: usize,
    own: usize,
}

const MAGIC: usize = 0x6775_6172_6465_6421;

/// What the calling thread asked of the inner allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Calls {
    alloc: i64,
    zeroed: i64,
    realloc: i64,
    dealloc: i64,
}

thread_local! {
    static CALLS: Cell<Calls> = const { Cell::new(Calls { alloc: 0, zeroed: 0, realloc: 0, dealloc: 0 }) };
}

/// Blocks alive, over all threads.
static ALIVE: AtomicI64 = AtomicI64::new(0);

fn count(change: impl FnOnce(&mut Calls)) {
    let mut calls = CALLS.get();
    change(&mut calls);
    CALLS.set(calls);
}

impl Guarded {
    /// The layout with room for the note in front, and how much room that is.
    fn outer(layout: Layout) -> (Layout, usize) {
        let room = layout.align().max(size_of::<Note>());
        let outer = Layout::from_size_align(layout.size() + room, room).expect("a layout");
        (outer, room)
    }

    fn note(start: *mut u8, layout: Layout) -> *mut u8 {
        let (_, room) = Self::outer(layout);
        if start.is_null() {
            return start;
        }
        ALIVE.fetch_add(1, Ordering::Relaxed);
        // SAFETY: `room` bytes were allocated in front of the block.
        let block = unsafe { start.add(room) };
        // SAFETY: the note fits into them.
        let note = unsafe { block.sub(size_of::<Note>()) };
        // SAFETY: the place is ours, and aligned as a block is, at least to the size of a note.
        unsafe {
            note.cast::<Note>().write_unaligned(Note {
                magic: MAGIC,
                size: layout.size(),
                align: layout.align(),
                own: block.addr(),
            });
        };
        block
    }

    /// Ends the process unless `block` is one of ours with this layout; a panic would allocate.
    fn check(block: *mut u8, layout: Layout) {
        // SAFETY: in front of our blocks is a note; in front of others is memory of the heap or a fault, and either ends the test.
        let note = unsafe { block.sub(size_of::<Note>()) };
        // SAFETY: as above.
        let note = unsafe { note.cast::<Note>().read_unaligned() };
        let expected = (MAGIC, layout.size(), layout.align(), block.addr());
        if (note.magic, note.size, note.align, note.own) != expected {
            std::process::abort();
        }
    }
}

// SAFETY: blocks are those of `System`, moved up by the room for a note.
unsafe impl GlobalAlloc for Guarded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(|calls| calls.alloc += 1);
        // SAFETY: the size is not zero.
        Self::note(unsafe { System.alloc(Self::outer(layout).0) }, layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(|calls| calls.zeroed += 1);
        // SAFETY: the size is not zero.
        Self::note(
            unsafe { System.alloc_zeroed(Self::outer(layout).0) },
            layout,
        )
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(|calls| calls.dealloc += 1);
        Self::check(block, layout);
        ALIVE.fetch_sub(1, Ordering::Relaxed);
        let (outer, room) = Self::outer(layout);
        // SAFETY: the block starts `room` bytes into what `System` handed out.
        let start = unsafe { block.sub(room) };
        // SAFETY: handed out by `System` with this layout.
        unsafe { System.dealloc(start, outer) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(|calls| calls.realloc += 1);
        Self::check(block, layout);
        ALIVE.fetch_sub(1, Ordering::Relaxed);
        let (outer, room) = Self::outer(layout);
        // SAFETY: the block starts `room` bytes into what `System` handed out.
        let start = unsafe { block.sub(room) };
        // SAFETY: handed out by `System` with this layout; the new size is not zero.
        let start = unsafe { System.realloc(start, outer, size + room) };
        // SAFETY: the alignment is that of a layout.
        Self::note(start, unsafe {
            Layout::from_size_align_unchecked(size, layout.align())
        })
    }
}

/// What `body` asks of the inner allocator.
fn calls<R>(body: impl FnOnce() -> R) -> (R, Calls) {
    CALLS.set(Calls::default());
    let result = body();
    (result, CALLS.get())
}

fn make(bytes: usize, align: usize) -> Block {
    Block::new(bytes, align, 1).expect("memory")
}

const NONE: Calls = Calls {
    alloc: 0,
    zeroed: 0,
    realloc: 0,
    dealloc: 0,
};

#[test]
fn by_size_and_alignment() {
    let _alone = alone();
    for (bytes, align, inner) in [
        (1, 1, 1),
        (100, 64, 1),
        (PAGE, PAGE, 1),
        (16 * KIB - 1, 8, 1),
        (16 * KIB, 8, 0),
        (16 * KIB, PAGE, 0),
        (5 * MIB + 3, 1, 0),
        (5 * MIB, 2 * PAGE, 1),
        (16 * KIB, 64 * KIB, 1),
    ] {
        let (block, on_alloc) = calls(|| make(bytes, align));
        assert_eq!(
            on_alloc,
            Calls {
                alloc: inner,
                ..NONE
            },
            "{bytes} bytes aligned to {align}"
        );
        let ((), on_free) = calls(|| drop(block));
        assert_eq!(
            on_free,
            Calls {
                dealloc: inner,
                ..NONE
            },
            "{bytes} bytes aligned to {align}"
        );
        let (block, on_zeroed) = calls(|| Block::zeroed(bytes, align, 2));
        assert_eq!(
            on_zeroed,
            Calls {
                zeroed: inner,
                ..NONE
            },
            "the inner allocator's own way to zeros"
        );
        drop(block);
    }
}

#[test]
fn reallocated_within_and_across() {
    let _alone = alone();
    let resized = |from: usize, align: usize, to: usize| {
        let mut block = make(from, align);
        let (done, calls) = calls(|| block.resize_only(to));
        assert!(done);
        block.fill_all();
        calls
    };
    assert_eq!(
        resized(100, 8, 200),
        Calls { realloc: 1, ..NONE },
        "small stays small"
    );
    assert_eq!(
        resized(100, 8, 16 * KIB),
        Calls { dealloc: 1, ..NONE },
        "small grows into the heap"
    );
    assert_eq!(
        resized(5 * MIB, 8, 100),
        NONE,
        "a block of the heap shrinks where it is"
    );
    assert_eq!(resized(5 * MIB, 8, 6 * MIB), NONE);
    assert_eq!(
        resized(100, 2 * PAGE, 5 * MIB),
        Calls { realloc: 1, ..NONE },
        "over-aligned"
    );
    assert_eq!(
        resized(5 * MIB, 2 * PAGE, 100),
        Calls { realloc: 1, ..NONE }
    );
}

/// Every block is checked by the inner allocator when it comes back; here on other threads and resized at random.
#[test]
fn all_come_back() {
    in_child("all_come_back", || {
        let mut random = Random::of_test("all_come_back");
        let (alive, in_use) = (ALIVE.load(Ordering::Relaxed), report().heap().in_use_bytes);
        for _ in 0..20 {
            let mut held: Vec<Block> = (0..200)
                .map(|_| make(random.size(1, 128 * KIB), 1 << random.below(15)))
                .collect();
            for _ in 0..200 {
                let at = random.below(held.len());
                assert!(held[at].resize(random.size(1, 128 * KIB)));
            }
            let half = held.split_off(100);
            std::thread::spawn(move || drop(half))
                .join()
                .expect("a thread");
        }
        let heap = report().heap();
        assert_eq!(heap.refused_bytes, 0);
        assert!(
            heap.in_use_bytes <= in_use + 128 * KIB as u64,
            "the heap got its own back: {heap:?}"
        );
        let left = ALIVE.load(Ordering::Relaxed) - alive;
        assert!(
            left.abs() <= 50,
            "{left} blocks of the inner allocator stayed behind"
        );
    });
}

#[test]
fn switched_off() {
    in_child_with(
        "switched_off",
        |child| {
            child.env("ZKARENA", "off");
        },
        || {
            for (bytes, align) in [(100, 8), (16 * KIB, 8), (5 * MIB, PAGE), (64 * MIB, 8)] {
                let (block, on_alloc) = calls(|| make(bytes, align));
                assert_eq!(on_alloc, Calls { alloc: 1, ..NONE });
                drop(block);
            }
            let mut block = make(100, 8);
            let (done, on_realloc) = calls(|| block.resize_only(5 * MIB));
            assert!(done);
            assert_eq!(on_realloc, Calls { realloc: 1, ..NONE });
            assert_eq!(report().heap().reserved_bytes, 0);
        },
    );
}

/// A full heap: blocks of both allocators side by side.
#[test]
fn a_full_heap() {
    in_child_with(
        "a_full_heap",
        |child| {
            child.env("ZKARENA_RESERVE", "1MiB");
        },
        || {
            let mut held: Vec<Block> = (0..60).map(|at| make(16 * KIB + at, 8)).collect();
            let (block, on_alloc) = calls(|| make(2 * MIB, 8));
            assert_eq!(on_alloc, Calls { alloc: 1, ..NONE }, "the heap has no room");
            held.push(block);
            let last = held.last_mut().expect("a block");
            let (done, on_realloc) = calls(|| last.resize_only(3 * MIB));
            assert!(done);
            assert_eq!(
                (on_realloc.realloc, on_realloc.alloc),
                (1, 0),
                "by the inner allocator's own way: {on_realloc:?}"
            );
            for block in &mut held {
                assert!(block.resize(100 * KIB) && block.resize(20 * KIB));
            }
            drop(held);
            assert!(report().heap().in_use_bytes < MIB as u64 / 2);
        },
    );
}
