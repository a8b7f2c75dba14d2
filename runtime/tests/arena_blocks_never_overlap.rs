//! Blocks of a phase belong to one owner each, whatever their size, alignment and kind, and whichever
//! threads allocate, resize and free them.

mod common;

use allocator_api2::alloc::Allocator;
use common::child::by_itself;
use common::random::Random;
use common::{KIB, MIB};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::alloc::Layout;
use std::ptr::NonNull;
use std::sync::{Barrier, Mutex};
use std::thread;
use zkarena::{ArenaKind, Phase, PhaseAlloc, PhaseGuard, Plan, Site, with_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("blocks", module_path!(), file!(), line!());

/// A block of a phase, with a word of its own in each of its cache lines.
///
/// # Invariants
/// 1. `start` was handed out by `home` for `layout`, and is freed once, on drop.
struct Block<'ph> {
    home: Phase<'ph>,
    start: NonNull<u8>,
    layout: Layout,
    id: u64,
}

// SAFETY: a block is owned memory; blocks of a phase may be resized and freed on any thread.
unsafe impl Send for Block<'_> {}

const LINE: usize = 64;

impl<'ph> Block<'ph> {
    fn new(home: Phase<'ph>, layout: Layout, id: u64, zeroed: bool) -> Self {
        let start = if zeroed {
            home.allocate_zeroed(layout)
        } else {
            home.allocate(layout)
        };
        let start = start.expect("memory");
        assert_eq!(start.len(), layout.size());
        let mut block = Self {
            home,
            start: start.cast(),
            layout,
            id,
        };
        block.assert_aligned();
        if zeroed {
            // SAFETY: a block of that size that reads zero.
            let bytes = unsafe { start.as_ref() };
            assert!(
                bytes.iter().all(|&byte| byte == 0),
                "{layout:?} is not zero"
            );
        }
        block.fill(0);
        block
    }

    fn assert_aligned(&self) {
        let at = self.start.addr().get();
        assert!(
            at.is_multiple_of(self.layout.align()),
            "{:?} at {at:#x}",
            self.layout
        );
        let grain = if self.home.kind() == ArenaKind::Scratch {
            1
        } else {
            LINE
        };
        assert!(self.layout.size() == 0 || at.is_multiple_of(grain));
    }

    /// Offsets that are looked at: the start of each line, and the last byte.
    fn places(&self, from: usize) -> impl Iterator<Item = usize> + use<> {
        let size = self.layout.size();
        let lines = (from.next_multiple_of(LINE)..size).step_by(LINE);
        lines.chain(size.checked_sub(1).filter(|&last| last >= from))
    }

    fn expected(&self, offset: usize) -> u8 {
        // Never zero, and different for neighbouring lines and blocks.
        let mixed = (self.id << 20 ^ (offset / LINE) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed.to_be_bytes()[0] | 1
    }

    fn fill(&mut self, from: usize) {
        for offset in self.places(from) {
            // SAFETY: `offset < size`, inside the block (invariant 1).
            let place = unsafe { self.start.add(offset) };
            // SAFETY: the block is ours.
            unsafe { place.write(self.expected(offset)) };
        }
    }

    fn check(&self, below: usize) {
        for offset in self.places(0).filter(|&offset| offset + 1 < below) {
            // SAFETY: `offset < size`, inside the block (invariant 1).
            let place = unsafe { self.start.add(offset) };
            // SAFETY: the block is ours, and the place was written by `fill`.
            let seen = unsafe { place.read() };
            let (id, layout) = (self.id, self.layout);
            assert_eq!(
                seen,
                self.expected(offset),
                "block {id} {layout:?} at {offset}"
            );
        }
    }

    fn resize(&mut self, size: usize, zeroed: bool) {
        let new = Layout::from_size_align(size, self.layout.align()).expect("a layout");
        let (start, old) = (self.start, self.layout);
        let resized = if size < old.size() {
            // SAFETY: a live block of that home and layout (invariant 1), which becomes smaller.
            unsafe { self.home.shrink(start, old, new) }
        } else if zeroed {
            // SAFETY: a live block of that home and layout (invariant 1), which does not become smaller.
            unsafe { self.home.grow_zeroed(start, old, new) }
        } else {
            // SAFETY: as above.
            unsafe { self.home.grow(start, old, new) }
        };
        self.start = resized.expect("memory").cast();
        self.layout = new;
        self.assert_aligned();
        self.check(size.min(old.size()).saturating_sub(1));
        if zeroed && size > old.size() {
            // SAFETY: inside the block, which has `size` bytes.
            let tail = unsafe { self.start.add(old.size()) };
            let tail = NonNull::slice_from_raw_parts(tail, size - old.size());
            // SAFETY: the new part of the block, which was zeroed.
            assert!(unsafe { tail.as_ref() }.iter().all(|&byte| byte == 0));
        }
        self.fill(0);
    }
}

impl Drop for Block<'_> {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.check(usize::MAX);
        }
        // SAFETY: a live block of that home and layout, which is not used any more (invariant 1).
        unsafe { self.home.deallocate(self.start, self.layout) };
    }
}

fn random_layout(random: &mut Random) -> Layout {
    let size = match random.below(20) {
        0 => 0,
        1 => random.size(64 * KIB, 3 * MIB),
        2 => 64 * KIB - 2 + random.below(4),
        3 => 4 * KIB - 2 + random.below(4),
        _ => random.size(1, 16 * KIB),
    };
    let log = match random.below(20) {
        0 => random.below(22),
        1..4 => random.below(13),
        _ => random.below(7),
    };
    Layout::from_size_align(size, 1 << log).expect("a layout")
}

fn random_home<'ph>(phase: Phase<'ph>, random: &mut Random) -> Phase<'ph> {
    [phase, phase.witness(), phase.scratch()][random.below(3)]
}

/// Random requests of one thread; `others` hold blocks that go from thread to thread.
fn play<'ph>(
    phase: Phase<'ph>,
    random: &mut Random,
    rounds: usize,
    others: &Mutex<Vec<Block<'ph>>>,
) {
    let mut own = Vec::new();
    for _ in 0..rounds {
        match random.below(8) {
            0..3 => {
                let home = random_home(phase, random);
                let id = random.next();
                own.push(Block::new(
                    home,
                    random_layout(random),
                    id,
                    random.one_in(3),
                ));
            }
            3 if !own.is_empty() => drop(own.swap_remove(random.below(own.len()))),
            4 => drop(own.pop()), // the last one of its chunk, as often as not
            5 | 6 if !own.is_empty() => {
                let at = if random.one_in(2) {
                    own.len() - 1
                } else {
                    random.below(own.len())
                };
                let size = random_layout(random).size();
                let zeroed = random.one_in(3);
                own[at].resize(size, zeroed);
            }
            _ => {
                let mut others = others.lock().expect("no panic");
                if let Some(given) = own.pop() {
                    others.push(given);
                }
                if others.len() > 8 || random.one_in(2) && !others.is_empty() {
                    let at = random.below(others.len());
                    own.push(others.swap_remove(at));
                }
            }
        }
        if own.len() > 60 {
            own.drain(20..50);
        }
    }
    for block in &own {
        block.check(usize::MAX);
    }
}

#[test]
fn on_one_thread() {
    let mut random = Random::of_test("on_one_thread");
    for reserve in [0, 100 * KIB, 8 * MIB] {
        let mut guard = PhaseGuard::root(&SITE, Plan::new().reserve(reserve));
        for _ in 0..3 {
            play(guard.handle(), &mut random, 1500, &Mutex::default());
            guard.reset();
        }
    }
}

#[test]
fn on_several_threads() {
    let mut random = Random::of_test("on_several_threads");
    let mut guard = PhaseGuard::root(&SITE, Plan::new().reserve(MIB));
    for _ in 0..3 {
        let phase = guard.handle();
        let others = Mutex::default();
        thread::scope(|scope| {
            for _ in 0..4 {
                let (mut random, others) = (random.fork(), &others);
                scope.spawn(move || play(phase, &mut random, 800, others));
            }
        });
        drop(others);
        guard.reset();
    }
}

#[test]
fn on_workers_that_steal() {
    let seed = Random::of_test("on_workers_that_steal").next();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
    let pool = pool.expect("a pool");
    with_phase(|phase| {
        let (phase, others) = (*phase, Mutex::default());
        pool.install(|| {
            (0..64u64).into_par_iter().for_each(|task| {
                let mut random = Random::new(seed ^ task);
                let (mut left, mut right) = (random.fork(), random.fork());
                // The elements of a slice are made while other tasks run on the same worker.
                let slice = phase.slice_with(40, |index| {
                    let play = |random: &mut Random| play(phase, random, 5, &others);
                    rayon::join(|| play(&mut left), || play(&mut right));
                    (task, index)
                });
                play(phase, &mut random, 20, &others);
                let expected = (0..40).map(|index| (task, index));
                assert!(slice.iter().copied().eq(expected));
            });
        });
        drop(others);
    });
}

/// More threads than there are places: some share one.
#[test]
fn on_300_threads_at_once() {
    const THREADS: usize = 300;
    if !by_itself() {
        return;
    }
    let mut random = Random::of_test("on_300_threads_at_once");
    let mut guard = PhaseGuard::root(&SITE, Plan::new());
    for _ in 0..2 {
        let phase = guard.handle();
        let (meet, others) = (Barrier::new(THREADS), Mutex::default());
        thread::scope(|scope| {
            for _ in 0..THREADS {
                let (mut random, meet, others) = (random.fork(), &meet, &others);
                let work = move || {
                    let first = phase.alloc(random.next());
                    let (kept, local) = (*first, phase.local());
                    meet.wait(); // all of them are there now
                    let small: Vec<&mut u64> = (0..200).map(|n| local.alloc(kept ^ n)).collect();
                    play(phase, &mut random, 30, others);
                    assert!(
                        small
                            .iter()
                            .enumerate()
                            .all(|(n, seen)| **seen == kept ^ n as u64)
                    );
                    assert_eq!(*first, kept);
                    meet.wait();
                };
                let builder = thread::Builder::new().stack_size(256 * KIB);
                builder.spawn_scoped(scope, work).expect("a thread");
            }
        });
        drop(others);
        guard.reset();
    }
}

/// Blocks at the seams: the last one of a chunk and the first of the next, freed in every order.
#[test]
fn at_the_seams_of_chunks() {
    with_phase(|phase| {
        for step in [1, 63, 64, 65, 4032, 4095, 4096, 4097, 30_000, 65_535] {
            let layout = Layout::from_size_align(step, 1).expect("a layout");
            let block = |id| Block::new(*phase, layout, id, false);
            for order in 0..3 {
                let mut blocks: Vec<Block<'_>> =
                    (0..200_000 / step as u64 % 300 + 3).map(block).collect();
                match order {
                    0 => blocks.reverse(),
                    1 => drop(blocks.split_off(1)),
                    _ => {}
                }
                blocks.push(block(1000));
                drop(blocks);
            }
        }
    });
}

#[test]
fn maps_of_other_crates_live_in_phases() {
    let mut random = Random::of_test("maps_of_other_crates_live_in_phases");
    with_phase(|phase| {
        for home in [*phase, phase.witness(), phase.scratch()] {
            let mut map: HashMap<u64, String, hashbrown::DefaultHashBuilder, Phase<'_>> =
                HashMap::with_hasher_in(hashbrown::DefaultHashBuilder::default(), home);
            let mut model = std::collections::HashMap::new();
            for _ in 0..30_000 {
                let (key, value) = (random.below(5000) as u64, random.next().to_string());
                match random.below(3) {
                    0 => assert_eq!(map.remove(&key), model.remove(&key)),
                    _ => assert_eq!(map.insert(key, value.clone()), model.insert(key, value)),
                }
            }
            assert_eq!(map.len(), model.len());
            assert!(model.iter().all(|(key, value)| map.get(key) == Some(value)));
            map.shrink_to_fit();
            assert!(map.iter().all(|(key, value)| model.get(key) == Some(value)));
        }
    });
}
