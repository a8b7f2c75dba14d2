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
    /// A block of uninitialised memory and the bytes taken from the global allocator so far, or the
    /// reason why not.
    pub(crate) fn alloc(
        &self,
        layout: Layout,
        cap: usize,
    ) -> Result<(NonNull<u8>, usize), AllocError> {
        self.bump.set_allocation_limit(Some(cap));
        match self.bump.try_alloc_layout(layout) {
            Ok(block) => Ok((block, self.bump.allocated_bytes())),
            Err(_) => Err(AllocError::new(layout.size(), self.cause(layout, cap))),
        }
    }

    /// Why a block was refused.
    fn cause(&self, layout: Layout, cap: usize) -> Cause {
        let room = cap.saturating_sub(self.bump.allocated_bytes());
        // Of a chunk some bytes are bumpalo's own, and some go into aligning the block.
        let needed = layout.size() + layout.align() + OVERHEAD;
        if needed > room {
            Cause::ScratchCap { cap }
        } else {
            Cause::System
        }
    }

    /// Forgets every block. A small arena stays for the next phase.
    pub(crate) fn reset(&mut self) {
        self.bump.reset();
        if self.bump.allocated_bytes() > KEPT {
            self.bump = Bump::new();
        }
    }
}
