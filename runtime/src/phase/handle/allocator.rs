//! The handle as an `Allocator`.

use super::phase::Phase;
use std::alloc::Layout;
use std::ptr::NonNull;

/// `Allocator` of one version of allocator-api2.
macro_rules! allocator {
    ($api:ident) => {
        // SAFETY:
        // - a block has the size and alignment asked for and stays where it is until it is freed, moved
        //   by `grow` or `shrink`, or the phase ends, before which every handle is gone;
        // - copies of a handle have the same core and kind, so each of them may free the block;
        // - nothing unwinds.
        unsafe impl $api::alloc::Allocator for Phase<'_> {
            #[inline]
            fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, $api::alloc::AllocError> {
                let block = self.core().alloc(self.kind(), layout);
                block
                    .map(|block| NonNull::slice_from_raw_parts(block, layout.size()))
                    .map_err(|_| $api::alloc::AllocError)
            }

            fn allocate_zeroed(
                &self,
                layout: Layout,
            ) -> Result<NonNull<[u8]>, $api::alloc::AllocError> {
                let block = self.core().alloc_zeroed(self.kind(), layout);
                block
                    .map(|block| NonNull::slice_from_raw_parts(block, layout.size()))
                    .map_err(|_| $api::alloc::AllocError)
            }

            #[inline]
            unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
                // SAFETY: the caller's promise: a block of ours, not used any more.
                unsafe { self.core().free(self.kind(), block, layout) };
            }

            #[inline]
            unsafe fn grow(
                &self,
                block: NonNull<u8>,
                old: Layout,
                new: Layout,
            ) -> Result<NonNull<[u8]>, $api::alloc::AllocError> {
                // SAFETY: the caller's promise: a block of ours, used at its new place only.
                let block = unsafe { self.core().resize(self.kind(), block, old, new) };
                block
                    .map(|block| NonNull::slice_from_raw_parts(block, new.size()))
                    .map_err(|_| $api::alloc::AllocError)
            }

            unsafe fn grow_zeroed(
                &self,
                block: NonNull<u8>,
                old: Layout,
                new: Layout,
            ) -> Result<NonNull<[u8]>, $api::alloc::AllocError> {
                // SAFETY: the caller's promise.
                let block = unsafe { self.grow(block, old, new) }?;
                // SAFETY: the block has `new.size()` bytes, no fewer than `old.size()` (the caller's promise).
                let tail = unsafe { block.cast::<u8>().add(old.size()) };
                // SAFETY: the rest of the block, which is ours.
                unsafe { tail.write_bytes(0, new.size() - old.size()) };
                Ok(block)
            }

            unsafe fn shrink(
                &self,
                block: NonNull<u8>,
                old: Layout,
                new: Layout,
            ) -> Result<NonNull<[u8]>, $api::alloc::AllocError> {
                // SAFETY: the caller's promise, which is that of `grow` but for the sizes.
                let moved = unsafe { self.grow(block, old, new) };
                // Where a smaller block is refused, the old one will do: nobody need fail for having less.
                let fits = block.addr().get().is_multiple_of(new.align());
                match moved {
                    Err(_) if fits => Ok(NonNull::slice_from_raw_parts(block, new.size())),
                    moved => moved,
                }
            }
        }
    };
}

allocator!(allocator_api2);
#[cfg(feature = "allocator-api2-04")]
allocator!(allocator_api2_04);
