//! A shadow map beside the allocator: random work on one and on several threads, where every live
//! block holds a pattern of its own, overlaps no other one, and is aligned as asked.

mod common;

use common::block::Block;
use common::random::Random;
use common::{KIB, MIB, PAGE, alone};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zkarena::{PhaseAlloc, PhaseGuard, Retention, Site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Operations per test, over all its threads.
const OPERATIONS: usize = 60_000;
/// Bytes that a thread keeps alive at most.
const MOST_BYTES: usize = 24 * MIB;
const MOST_BLOCKS: usize = 400;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the threads of a test share.
#[derive(Debug, Default)]
struct Shadow {
    /// Start and end of every live block.
    live: Mutex<BTreeMap<usize, usize>>,
    /// Blocks on their way from one thread to another.
    handed: Mutex<Vec<Block>>,
    ids: AtomicU64,
}

impl Shadow {
    fn id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    fn enter(&self, block: &Block) {
        let (start, end) = (block.address(), block.address() + block.len());
        if block.len() >= PAGE {
            assert!(
                start.is_multiple_of(PAGE),
                "a block of {} bytes at {start:#x}",
                block.len()
            );
        }
        let mut live = lock(&self.live);
        let below = live.range(..end).next_back();
        assert!(
            below.is_none_or(|(_, &below)| below <= start),
            "{start:#x}..{end:#x} overlaps {below:x?}"
        );
        live.insert(start, end);
    }

    /// Ahead of the call that may free the block: somebody else may own the place right after it.
    fn leave(&self, block: &Block) {
        let end = lock(&self.live).remove(&block.address());
        assert_eq!(
            end,
            Some(block.address() + block.len()),
            "the shadow map lost a block"
        );
    }
}

/// One thread's part.
struct Worker<'s> {
    shadow: &'s Shadow,
    random: Random,
    mine: Vec<Block>,
    bytes: usize,
    phases: Vec<PhaseGuard<'static>>,
}

impl Worker<'_> {
    fn work(mut self, operations: usize) {
        (0..operations).for_each(|_| self.step());
        while let Some(block) = self.mine.pop() {
            self.free(block);
        }
    }

    fn step(&mut self) {
        if self.bytes > MOST_BYTES || self.mine.len() > MOST_BLOCKS {
            return self.free_any();
        }
        match self.random.below(1000) {
            0..350 => self.alloc(),
            350..450 => self.alloc_zeroed(),
            450..650 => self.resize(),
            650..850 => self.free_any(),
            850..900 => self.hand_over(),
            900..950 => self.take_over(),
            950..970 => self.open_phase(),
            970..990 => self.end_phase(),
            990..996 => drop(zkarena::trim()),
            _ => self.set_retention(),
        }
    }

    fn size(&mut self) -> usize {
        match self.random.below(100) {
            0..30 => self.random.size(1, 8 * KIB),
            30..98 => self.random.size(PAGE, 128 * KIB),
            _ => self.random.size(MIB, 6 * MIB),
        }
    }

    fn align(&mut self) -> usize {
        if self.random.one_in(8) {
            1 << self.random.below(17)
        } else {
            8
        }
    }

    fn keep(&mut self, block: Block) {
        self.shadow.enter(&block);
        self.bytes += block.len();
        self.mine.push(block);
    }

    fn any(&mut self) -> Option<Block> {
        let at = self.random.below(self.mine.len());
        let block = (!self.mine.is_empty()).then(|| self.mine.swap_remove(at))?;
        self.bytes -= block.len();
        Some(block)
    }

    fn alloc(&mut self) {
        let block = Block::new(self.size(), self.align(), self.shadow.id()).expect("memory");
        self.keep(block);
    }

    fn alloc_zeroed(&mut self) {
        let mut block = Block::zeroed(self.size(), self.align(), self.shadow.id()).expect("memory");
        block.fill_all();
        self.keep(block);
    }

    /// Grows or shrinks a block, at times a little, at times across all thresholds.
    fn resize(&mut self) {
        let Some(mut block) = self.any() else { return };
        let size = match self.random.below(4) {
            0 => self.size(),
            1 => block.len() + self.random.below(4 * PAGE),
            2 => block.len() - self.random.below(block.len().min(4 * PAGE)),
            _ => block.len() * 2,
        };
        self.shadow.leave(&block);
        assert!(block.resize(size.clamp(1, 8 * MIB)), "memory");
        self.keep(block);
    }

    fn free_any(&mut self) {
        if let Some(block) = self.any() {
            self.free(block);
        }
    }

    fn free(&mut self, block: Block) {
        self.shadow.leave(&block);
        drop(block); // checks the pattern
    }

    fn hand_over(&mut self) {
        if let Some(block) = self.any() {
            lock(&self.shadow.handed).push(block);
        }
    }

    fn take_over(&mut self) {
        let Some(block) = lock(&self.shadow.handed).pop() else {
            return;
        };
        block.check();
        self.bytes += block.len();
        self.mine.push(block);
    }

    fn open_phase(&mut self) {
        static SITE: Site = Site::new("random", module_path!(), file!(), line!());
        if self.phases.len() < 40 {
            self.phases.push(PhaseGuard::open(&SITE));
        }
    }

    /// Ends a phase, at times not the innermost.
    fn end_phase(&mut self) {
        if self.random.one_in(4) && !self.phases.is_empty() {
            let at = self.random.below(self.phases.len());
            drop(self.phases.remove(at));
        } else {
            drop(self.phases.pop());
        }
    }

    fn set_retention(&mut self) {
        zkarena::set_retention(match self.random.below(4) {
            0 => Retention::UntilIdle,
            1 => Retention::Retain,
            2 => Retention::Trim,
            _ => Retention::Budget(self.random.below(64 * MIB)),
        });
    }
}

fn run(name: &str, threads: usize) {
    let _alone = alone();
    let before = zkarena::report().heap();
    let shadow = Shadow::default();
    let mut random = Random::of_test(name);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (shadow, random) = (&shadow, random.fork());
            let worker = move || {
                Worker {
                    shadow,
                    random,
                    mine: Vec::new(),
                    bytes: 0,
                    phases: Vec::new(),
                }
                .work(OPERATIONS / threads);
            };
            scope.spawn(worker);
        }
    });
    for block in lock(&shadow.handed).drain(..) {
        shadow.leave(&block);
    }
    assert!(lock(&shadow.live).is_empty());
    drop(shadow);
    let after = zkarena::report().heap();
    assert_eq!(after.refused_bytes, 0, "the heap had room for everything");
    // The books of the phases grew meanwhile.
    assert!(
        after.in_use_bytes <= before.in_use_bytes + MIB as u64,
        "lost pages: {before:?}, then {after:?}"
    );
}

#[test]
fn on_one_thread() {
    run("on_one_thread", 1);
}

#[test]
fn on_four_threads() {
    run("on_four_threads", 4);
}

#[test]
fn at_every_alignment() {
    let _alone = alone();
    for align in (0..=16).map(|log| 1usize << log) {
        for size in [1, PAGE - 1, PAGE, PAGE + 1, 100 * KIB, 5 * MIB] {
            let mut block = Block::new(size, align, 7).expect("memory"); // the alignment is checked inside
            assert!(
                size < PAGE || block.address().is_multiple_of(PAGE),
                "{size} bytes aligned to {align}"
            );
            assert!(block.resize(3 * size) && block.resize(size));
            drop(Block::zeroed(size, align, 8));
        }
    }
}
