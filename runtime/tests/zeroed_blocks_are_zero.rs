//! `alloc_zeroed` skips the pages that were never touched or were given back, and no others: every
//! byte of every zeroed block is looked at, over a million operations on a small heap.

mod common;

use common::block::Block;
use common::random::Random;
use common::{MIB, PAGE, alone};
use zkarena::{PhaseAlloc, Retention};

/// Small, so that every page is used in many ways.
#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new().reserve(HEAP).retention(Retention::Retain);

const HEAP: usize = 64 * MIB;

/// Random work on a few places for blocks.
struct Driver {
    random: Random,
    blocks: Vec<Option<Block>>,
    /// Pages of a block at most, and one in `rare` is beyond them.
    usual: usize,
    large: usize,
    rare: usize,
    zeroed_bytes: usize,
}

impl Driver {
    fn new(test: &str, places: usize, [usual, large, rare]: [usize; 3]) -> Self {
        let blocks = (0..places).map(|_| None).collect();
        Self {
            random: Random::of_test(test),
            blocks,
            usual,
            large,
            rare,
            zeroed_bytes: 0,
        }
    }

    fn size(&mut self) -> usize {
        let most = if self.random.one_in(self.rare) {
            self.large
        } else {
            self.usual
        };
        // Whole pages and just beyond: the edges of the pages' bits.
        (1 + self.random.below(most)) * PAGE + self.random.below(2)
    }

    fn step(&mut self) {
        let at = self.random.below(self.blocks.len());
        let Some(block) = self.blocks[at].take() else {
            self.blocks[at] = self.make();
            return;
        };
        self.blocks[at] = self.change(block);
    }

    /// A new block: dirty, partly dirty, untouched, or zeroed and then perhaps dirty.
    fn make(&mut self) -> Option<Block> {
        let size = self.size();
        if self.random.one_in(2) {
            return self.dirty(Block::unwritten(size, 8, 1));
        }
        let block = Block::zeroed(size, 8, 2); // every byte is checked
        self.zeroed_bytes += block.as_ref().map_or(0, Block::len);
        if self.random.one_in(2) {
            self.dirty(block)
        } else {
            block
        }
    }

    fn dirty(&mut self, block: Option<Block>) -> Option<Block> {
        let mut block = block?;
        match self.random.below(4) {
            0 => {}
            1 => {
                let from = self.random.below(block.len());
                let bytes = self.random.below(block.len());
                block.touch(from / PAGE * PAGE, bytes);
            }
            _ => block.fill_all(),
        }
        Some(block)
    }

    /// Frees a block, or shrinks or grows it and writes to it again.
    fn change(&mut self, mut block: Block) -> Option<Block> {
        if self.random.one_in(3) {
            let size = match self.random.below(3) {
                0 => self.size(),
                1 => block.len() / 2,
                _ => block.len() + self.random.below(8) * PAGE,
            };
            block.resize(size);
            return self.dirty(Some(block));
        }
        None
    }
}

#[test]
fn a_million_operations_on_small_blocks() {
    let _alone = alone();
    let mut driver = Driver::new("a_million_operations_on_small_blocks", 48, [6, 200, 40]);
    for operation in 0..1_000_000 {
        driver.step();
        if operation % 2_000 == 0 {
            zkarena::trim();
        }
    }
    assert!(
        driver.zeroed_bytes > 1 << 30,
        "only {} bytes were looked at",
        driver.zeroed_bytes
    );
    let heap = zkarena::report().heap();
    assert!(
        heap.trimmed_bytes > 1 << 30,
        "trimming gave back {} bytes",
        heap.trimmed_bytes
    );
}

#[test]
fn large_blocks_written_in_part() {
    let _alone = alone();
    let mut driver = Driver::new("large_blocks_written_in_part", 4, [2_500, 64, 4]);
    for operation in 0..2_500 {
        driver.step();
        if operation % 100 == 0 {
            zkarena::trim();
        }
    }
    assert!(
        driver.zeroed_bytes > 1 << 30,
        "only {} bytes were looked at",
        driver.zeroed_bytes
    );
}

const LARGE: usize = 24 * MIB;

/// Something that happens to a block, and its name.
type Path = (&'static str, fn(&mut Block));

/// What may happen to a large fresh block before it is freed.
const PATHS: [Path; 9] = [
    ("untouched", |_| {}),
    ("first page", |block| block.touch(0, 1)),
    ("last page", |block| block.touch(LARGE - PAGE, 1)),
    ("all but the last pages", |block| {
        block.touch(0, LARGE - 3 * PAGE);
    }),
    ("every other page", |block| {
        (0..LARGE / PAGE)
            .step_by(2)
            .for_each(|page| block.touch(page * PAGE, 1));
    }),
    ("every byte", Block::fill_all),
    ("shrunk, then written", |block| {
        assert!(block.resize_only(LARGE / 2));
        block.fill_all();
    }),
    ("shrunk twice, written between", |block| {
        assert!(block.resize_only(LARGE / 2));
        block.touch(0, LARGE / 2);
        assert!(block.resize_only(LARGE / 4));
        block.touch(0, LARGE / 4);
    }),
    ("shrunk, grown, written", |block| {
        assert!(block.resize_only(LARGE / 2));
        block.touch(LARGE / 4, LARGE / 4);
        assert!(block.resize_only(LARGE));
        block.touch(LARGE / 2, LARGE / 2);
    }),
];

/// Each path ends with a zeroed block in the same place, and leaves the neighbours alone.
#[test]
fn large_blocks_step_by_step() {
    let _alone = alone();
    for (name, path) in PATHS {
        for trim in [false, true] {
            println!("{name}, trimmed: {trim}");
            zkarena::trim(); // so that the block is fresh
            let mut block = Block::unwritten(LARGE, 8, 3).expect("room in the heap");
            let after = Block::new(2 * MIB, 8, 4).expect("room in the heap");
            let at = block.address();
            assert_eq!(
                after.address(),
                at + LARGE,
                "{name}: the second block is the neighbour of the first"
            );
            path(&mut block);
            drop(block);
            if trim {
                zkarena::trim();
            }
            let zeroed = Block::zeroed(LARGE, 8, 5).expect("room in the heap");
            assert_eq!(zeroed.address(), at, "{name}: in the same place");
            after.check();
        }
    }
}

/// Whoever frees decides what is known about the pages: the bits of neighbours share words.
#[test]
fn neighbours_on_several_threads() {
    let _alone = alone();
    let mut seeds = Random::of_test("neighbours_on_several_threads");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let random = seeds.fork();
            scope.spawn(|| {
                let mut driver = Driver {
                    random,
                    ..Driver::new("one of them", 16, [40, 300, 50])
                };
                for operation in 0..10_000 {
                    driver.step();
                    if operation % 500 == 0 {
                        zkarena::trim();
                    }
                }
            });
        }
    });
}
