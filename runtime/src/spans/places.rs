//! Addresses of the range and their offsets, for who manages spans of a heap's on their own.
#![forbid(unsafe_code)]

use super::heap::SpanHeap;
use std::ptr::NonNull;

impl SpanHeap {
    /// How far into the range an address is; `None` outside.
    #[inline]
    pub(crate) fn offset_of(&self, at: *const u8) -> Option<usize> {
        let ground = self.ground().filter(|_| self.contains(at))?;
        Some(at.addr() - ground.region.base().addr().get())
    }

    /// The address that far into the range.
    #[inline]
    pub(crate) fn at(&self, offset: usize) -> Option<NonNull<u8>> {
        self.ground()?.region.at(offset)
    }

    /// Bytes of address space of the range; `None` while the heap is closed.
    pub(crate) fn reserved_bytes(&self) -> Option<usize> {
        Some(self.ground()?.region.len())
    }
}
