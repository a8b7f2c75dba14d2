//! Blocks of the global allocator, filled with a pattern of their own and checked.

use std::alloc::{GlobalAlloc, Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::ptr::NonNull;

/// A block that knows what it must contain.
///
/// # Invariants
/// 1. `start` was handed out for `layout` (whose size is not zero) and is freed once, on drop.
/// 2. The first `filled` bytes were written.
#[derive(Debug)]
pub(crate) struct Block {
    start: NonNull<u8>,
    layout: Layout,
    /// Which pattern it holds.
    id: u64,
    filled: usize,
}

// SAFETY: a block is owned memory; it may be written and freed on any thread.
unsafe impl Send for Block {}

impl Block {
    /// A block full of pattern `id`; `None` if there is no memory.
    pub(crate) fn new(bytes: usize, align: usize, id: u64) -> Option<Self> {
        let mut block = Self::unwritten(bytes, align, id)?;
        block.fill_all();
        Some(block)
    }

    /// A block that was not written to.
    pub(crate) fn unwritten(bytes: usize, align: usize, id: u64) -> Option<Self> {
        let layout = layout(bytes, align);
        // SAFETY: the size is not zero (`layout` sees to it).
        let start = NonNull::new(unsafe { alloc(layout) })?;
        Some(
            Self {
                start,
                layout,
                id,
                filled: 0,
            }
            .aligned(),
        )
    }

    /// A block from `alloc_zeroed`, every byte of which was checked to be zero.
    pub(crate) fn zeroed(bytes: usize, align: usize, id: u64) -> Option<Self> {
        let mut block = Self::zeroed_untouched(bytes, align, id)?;
        block.assert_zero();
        block.filled = 0;
        Some(block)
    }

    /// A block from `alloc_zeroed` as it is.
    pub(crate) fn zeroed_untouched(bytes: usize, align: usize, id: u64) -> Option<Self> {
        let layout = layout(bytes, align);
        // SAFETY: the size is not zero (`layout` sees to it).
        let start = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        Some(
            Self {
                start,
                layout,
                id,
                filled: bytes,
            }
            .aligned(),
        )
    }

    /// A block of `inner` or another allocator than the global one is not a `Block`: this asks one directly.
    pub(crate) fn probe(allocator: &impl GlobalAlloc, bytes: usize, align: usize) -> bool {
        let layout = layout(bytes, align);
        // SAFETY: the size is not zero (`layout` sees to it).
        let start = unsafe { allocator.alloc(layout) };
        if !start.is_null() {
            // SAFETY: the block was just handed out by the same allocator with the same layout.
            unsafe { allocator.dealloc(start, layout) };
        }
        !start.is_null()
    }

    fn aligned(self) -> Self {
        let (at, align) = (self.address(), self.layout.align());
        assert!(
            at.is_multiple_of(align),
            "a block of {} bytes at {at:#x} is not aligned to {align}",
            self.len()
        );
        self
    }

    pub(crate) fn address(&self) -> usize {
        self.start.addr().get()
    }

    pub(crate) fn len(&self) -> usize {
        self.layout.size()
    }

    pub(crate) fn align(&self) -> usize {
        self.layout.align()
    }

    /// The bytes that were written.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the block is live and ours, and this much of it was written (both invariants).
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.filled) }
    }

    /// Where the written part is, to write it anew.
    fn bytes_mut(&mut self, filled: usize) -> &mut [u8] {
        assert!(filled <= self.len());
        let (start, fresh) = (self.start.as_ptr(), filled.saturating_sub(self.filled));
        let from = self.filled.min(filled);
        // SAFETY: `from <= filled <= len`, so the address is inside the block (invariant 1).
        let unwritten = unsafe { start.add(from) };
        // SAFETY: `fresh` bytes from there end at `filled`, inside the block (invariant 1).
        unsafe { unwritten.write_bytes(0xee, fresh) };
        self.filled = filled;
        // SAFETY: the block is live and ours, and this much of it was written (both invariants).
        unsafe { std::slice::from_raw_parts_mut(start, filled) }
    }

    /// Fills the first `bytes` with the block's pattern, and forgets about the rest.
    pub(crate) fn fill(&mut self, bytes: usize) {
        let id = self.id;
        for (chunk, expected) in self
            .bytes_mut(bytes)
            .chunks_mut(PERIOD)
            .zip(std::iter::repeat(pattern(id)))
        {
            chunk.copy_from_slice(&expected[..chunk.len()]);
        }
    }

    /// Fills the whole block with its pattern.
    pub(crate) fn fill_all(&mut self) {
        self.fill(self.len());
    }

    /// Where page `page` of the block starts.
    fn page(&self, page: usize) -> *mut u64 {
        let offset = page * super::PAGE;
        assert!(offset + 8 <= self.len() && self.address().is_multiple_of(super::PAGE));
        // SAFETY: eight bytes from there on are inside the block (invariant 1).
        unsafe { self.start.as_ptr().add(offset).cast() }
    }

    /// Writes a stamp of the block's own into every whole page: cheaper than a pattern where blocks are large.
    pub(crate) fn stamp(&mut self) {
        for page in 0..self.len() / super::PAGE {
            // SAFETY: the place is inside the block and aligned; the block is live and ours.
            unsafe { self.page(page).write_volatile(stamp(self.id, page)) };
        }
        self.filled = 0;
    }

    /// Panics unless the first `pages` pages still hold their stamps.
    pub(crate) fn check_stamps(&self, pages: usize) {
        for page in 0..pages {
            // SAFETY: the place is inside the block and aligned; the block is live and ours.
            let seen = unsafe { self.page(page).read_volatile() };
            assert_eq!(
                seen,
                stamp(self.id, page),
                "block {} of {} bytes: page {page} is another one",
                self.id,
                self.len()
            );
        }
    }

    /// Writes one byte per page from `from` on, so that the pages are backed; the content is then unknown.
    pub(crate) fn touch(&mut self, from: usize, bytes: usize) {
        let end = from.saturating_add(bytes).min(self.len());
        for offset in (from..end).step_by(super::PAGE) {
            // SAFETY: `offset < end <= len`, inside the block (invariant 1).
            let at = unsafe { self.start.as_ptr().add(offset) };
            // SAFETY: the block is live and ours; volatile, as nobody reads it.
            unsafe { at.write_volatile(0xaa) };
        }
        self.filled = 0;
    }

    /// Panics unless the written part still holds the block's pattern.
    pub(crate) fn check(&self) {
        let expected = pattern(self.id);
        for (at, chunk) in self.bytes().chunks(PERIOD).enumerate() {
            if chunk != &expected[..chunk.len()] {
                let wrong = chunk
                    .iter()
                    .zip(expected)
                    .position(|(is, should)| is != should)
                    .unwrap_or(0);
                let offset = at * PERIOD + wrong;
                panic!(
                    "block {} at {:#x}: byte {offset} of {} was changed by somebody else",
                    self.id,
                    self.address(),
                    self.len()
                );
            }
        }
    }

    /// Panics unless all written bytes are zero.
    pub(crate) fn assert_zero(&self) {
        static ZERO: [u8; 64 << 10] = [0; 64 << 10];
        for (at, chunk) in self.bytes().chunks(ZERO.len()).enumerate() {
            if chunk != &ZERO[..chunk.len()] {
                let wrong = chunk.iter().position(|&byte| byte != 0).unwrap_or(0);
                let offset = at * ZERO.len() + wrong;
                panic!(
                    "zeroed block {} at {:#x}: byte {offset} of {} is not zero",
                    self.id,
                    self.address(),
                    self.len()
                );
            }
        }
    }

    /// Makes the block `bytes` long, checks what it kept and fills the rest; `false` if there is no memory.
    pub(crate) fn resize(&mut self, bytes: usize) -> bool {
        let patterned = self.filled == self.len() && self.bytes()[0] != 0;
        let done = self.resize_only(bytes);
        self.check_if_patterned();
        if done && patterned {
            self.fill_all();
        }
        done
    }

    /// Makes the block `bytes` long; `false` if there is no memory, and it stays as it was.
    pub(crate) fn resize_only(&mut self, bytes: usize) -> bool {
        let new = layout(bytes, self.align());
        // SAFETY: the block is live with this layout (invariant 1); the new size is not zero and valid for the alignment.
        let start = unsafe { realloc(self.start.as_ptr(), self.layout, new.size()) };
        let Some(start) = NonNull::new(start) else {
            return false;
        };
        (self.start, self.layout) = (start, new);
        self.filled = self.filled.min(new.size());
        assert!(
            self.address().is_multiple_of(self.align()),
            "realloc to {bytes} bytes lost the alignment {}",
            self.align()
        );
        true
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check_if_patterned();
        }
        // SAFETY: the block is live with this layout and not used again (invariant 1).
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

impl Block {
    /// Zeroed blocks that were never filled hold zeros instead.
    fn check_if_patterned(&self) {
        match self.bytes() {
            [] => {}
            [0, ..] => self.assert_zero(),
            _ => self.check(),
        }
    }
}

/// The layout of a block of at least one byte.
fn layout(bytes: usize, align: usize) -> Layout {
    Layout::from_size_align(bytes.max(1), align).expect("a layout")
}

/// Not a multiple of a page: a page in the wrong place is seen.
const PERIOD: usize = 16_381;

/// Bytes that are never zero; a pattern is `PERIOD` of them. A constant: nothing is initialised on
/// the way, in whatever state a test has brought the process.
static BYTES: [u8; 2 * PERIOD] = {
    let mut bytes = [0; 2 * PERIOD];
    let mut random = 0x2545_f491_u32;
    let mut at = 0;
    while at < bytes.len() {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes[at] = random.to_be_bytes()[0] | 1;
        at += 1;
    }
    bytes
};

/// The bytes of pattern `id`; different for different `id`s below `PERIOD`.
fn pattern(id: u64) -> &'static [u8] {
    let start = usize::try_from(id.wrapping_mul(6_007) % PERIOD as u64).unwrap_or(0);
    &BYTES[start..start + PERIOD]
}

/// What page `page` of block `id` holds; never zero.
fn stamp(id: u64, page: usize) -> u64 {
    (id + 1) << 32 | page as u64
}
