//! What AddressSanitizer is told of the heap, under `--cfg zkarena_asan`: nobody may touch free spans
//! and free slots of a slab, nor a block's last page, or its slot, behind its end.

use std::ffi::c_void;
use std::ptr::NonNull;

unsafe extern "C" {
    fn __asan_poison_memory_region(start: *const c_void, len: usize);
    fn __asan_unpoison_memory_region(start: *const c_void, len: usize);
}

/// Of the `of` bytes at `start`, the first `bytes` may be touched from now on, and no others.
pub(crate) fn allow(start: NonNull<u8>, bytes: usize, of: usize) {
    // SAFETY: callers pass a part of their own region; only the sanitizer's shadow is written.
    unsafe { __asan_poison_memory_region(start.as_ptr().cast(), of) };
    // SAFETY: as above, and `bytes` is at most `of`.
    unsafe { __asan_unpoison_memory_region(start.as_ptr().cast(), bytes) };
}
