//! A handle for the inner loops of one thread.

use super::phase::Phase;
use super::place::Blocks;
use crate::error::AllocError;
use crate::phase::shard::Place;
use std::alloc::Layout;
use std::fmt;
use std::ptr::NonNull;

/// A [`Phase`] on one thread: it knows the thread's place in the arena, so that a small block costs
/// a handful of instructions.
///
/// ```
/// use rayon::prelude::*;
///
/// let sum: u32 = zkarena::with_phase(|phase| {
///     let phase = *phase;
///     (0..64u32)
///         .into_par_iter()
///         .map_init(|| phase.local(), |local, index| *local.alloc(index))
///         .sum()
/// });
/// assert_eq!(sum, 2016);
/// ```
pub struct Local<'ph> {
    /// This thread's place in the arena: `stays.rs` keeps it here.
    place: Place<'ph>,
    phase: Phase<'ph>,
}

// SAFETY: as for `Phase`, whose blocks these are.
unsafe impl<'ph> Blocks<'ph> for &Local<'ph> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    fn block(self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        match self.place.alloc(layout) {
            Some(block) => Ok(block),
            None => self.phase.block_slow(layout),
        }
    }

    fn zeroed_block(self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        (&self.phase).zeroed_block(layout)
    }
}

impl<'ph> Local<'ph> {
    pub(super) fn new(phase: Phase<'ph>, place: Place<'ph>) -> Self {
        Self { place, phase }
    }

    /// The handle that it was made from, which makes vectors and boxes, and may be sent elsewhere.
    pub fn phase(&self) -> Phase<'ph> {
        self.phase
    }
}

impl fmt::Debug for Local<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Local").field(&self.phase).finish()
    }
}
