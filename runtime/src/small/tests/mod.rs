//! The heap as its users see it: a heap to try, and blocks that know what they hold.

mod misuse;
mod one_thread;
mod shadow;
mod threads;

use super::{SmallHeap, SmallStats};
use crate::spans::{HeapStats, SpanHeap};
use std::alloc::Layout;
use std::ptr::NonNull;

/// A static heap over spans of its own, of that many MiB.
macro_rules! heap {
    ($mib:expr) => {{
        static SPANS: crate::spans::SpanHeap = crate::spans::SpanHeap::of_a_test();
        static SMALL: crate::small::SmallHeap = crate::small::SmallHeap::new(&SPANS);
        SPANS.open($mib << 20, crate::spans::PagePolicy::Small);
        crate::small::tests::Heap {
            spans: &SPANS,
            small: &SMALL,
        }
    }};
}

use heap;

#[derive(Clone, Copy, Debug)]
struct Heap {
    spans: &'static SpanHeap,
    small: &'static SmallHeap,
}

/// A live block, each byte of which is `fill`.
#[derive(Debug)]
struct Block {
    start: NonNull<u8>,
    layout: Layout,
    fill: u8,
}

// SAFETY: the block is its holder's alone.
unsafe impl Send for Block {}

impl Block {
    /// The bytes of the block, or of what was one.
    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the block is ours alone, and reads as zero before it is first written.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.layout.size()) }
    }

    fn check(&mut self) {
        let fill = self.fill;
        assert!(self.bytes().iter().all(|&byte| byte == fill), "{self:?}");
    }

    fn range(&self) -> (usize, usize) {
        let start = self.start.addr().get();
        (start, start + self.layout.size())
    }
}

impl Heap {
    fn alloc(self, size: usize, align: usize, fill: u8) -> Option<Block> {
        let layout = Layout::from_size_align(size, align).expect("a layout");
        let start = self.small.alloc(layout)?;
        assert!(start.addr().get().is_multiple_of(align), "{layout:?}");
        let mut block = Block {
            start,
            layout,
            fill,
        };
        assert!(block.bytes().iter().all(|&byte| byte == 0), "{block:?}");
        block.bytes().fill(fill);
        Some(block)
    }

    fn usable(self, block: &Block) -> usize {
        let found = self.small.find(block.start).expect("a live block");
        found.usable_bytes()
    }

    fn resize(self, block: &mut Block, size: usize) -> bool {
        let layout = Layout::from_size_align(size, block.layout.align()).expect("a layout");
        let found = self.small.find(block.start).expect("a live block");
        // SAFETY: the block is ours alone.
        if !unsafe { found.resize_in_place(layout) } {
            return false;
        }
        let old = block.layout.size();
        block.layout = layout;
        let fill = block.fill;
        let (kept, new) = block.bytes().split_at_mut(old.min(size));
        assert!(kept.iter().all(|&byte| byte == fill));
        assert!(new.iter().all(|&byte| byte == 0));
        new.fill(fill);
        true
    }

    fn free(self, mut block: Block) {
        block.check();
        let found = self.small.find(block.start).expect("a live block");
        // SAFETY: the block is ours alone, and given up here.
        unsafe { self.small.free(found) };
    }

    fn free_all(self, blocks: impl IntoIterator<Item = Block>) {
        blocks.into_iter().for_each(|block| self.free(block));
    }

    /// As long as nobody else uses the heap: reads what was a block.
    fn reads_zero(start: NonNull<u8>, bytes: usize) -> bool {
        if cfg!(zkarena_asan) {
            return true; // nobody may look
        }
        // SAFETY: the heap's pages stay backed, and nobody uses them now.
        let bytes = unsafe { std::slice::from_raw_parts(start.as_ptr(), bytes) };
        bytes.iter().all(|&byte| byte == 0)
    }

    fn spans_in_use(self) -> u64 {
        self.spans.stats().in_use_bytes
    }

    fn assert_all_returned(self) {
        self.small.trim();
        let stats = self.small.stats();
        let nothing = SmallStats {
            wiped_bytes: stats.wiped_bytes,
            ..SmallStats::default()
        };
        assert_eq!(stats, nothing);
        assert_eq!(self.spans_in_use(), 0);
        let HeapStats {
            high_water_bytes, ..
        } = self.spans.stats();
        let most = usize::try_from(high_water_bytes).expect("a size");
        let start = self.spans.at(0).expect("an open heap");
        assert!(Self::reads_zero(start, most), "a slab went back unwiped");
    }
}
