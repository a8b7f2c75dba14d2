//! A thread's scratch arena: bumpalo, with a cap.
#![forbid(unsafe_code)]

use crate::error::{AllocError, Cause};
use bumpalo::Bump;
use std::alloc::Layout;
use std::ptr::NonNull;

/// What an arena that is at rest may keep for the next phase.
const KEPT: usize = 64 << 10;

/// More than bumpalo adds to a chunk.
const OVERHEAD: usize = 4 << 10;

/// One thread's odds and ends.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    bump: Bump,
}

impl Scratch {
    /// A block of uninitialised memory, or the reason why not.
    pub(crate) fn alloc(&self, layout: Layout, cap: usize) -> Result<NonNull<u8>, AllocError> {
        self.bump.set_allocation_limit(Some(cap));
        self.bump.try_alloc_layout(layout).map_err(|_| {
            let room = cap.saturating_sub(self.bump.allocated_bytes());
            // Of a chunk some bytes are bumpalo's own, and some go into aligning the block.
            let needed = layout.size() + layout.align() + OVERHEAD;
            let cause = if needed > room {
                Cause::ScratchCap { cap }
            } else {
                Cause::System
            };
            AllocError::new(layout.size(), cause)
        })
    }

    /// Bytes taken from the global allocator.
    pub(crate) fn bytes(&self) -> usize {
        self.bump.allocated_bytes()
    }

    /// Forgets every block. A small arena stays for the next phase.
    pub(crate) fn reset(&mut self) {
        self.bump.reset();
        if self.bump.allocated_bytes() > KEPT {
            self.bump = Bump::new();
        }
    }
}
