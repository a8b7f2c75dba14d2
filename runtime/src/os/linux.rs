//! What only Linux has: advice about pages, and sleeping on a word.

use super::Advice;
use std::ptr::{null, NonNull};
use std::sync::atomic::AtomicU32;

/// `MADV_COLLAPSE` and `MADV_POPULATE_WRITE` of the kernel's `mman.h`; not in every libc.
const MADV_POPULATE_WRITE: libc::c_int = 23;
const MADV_COLLAPSE: libc::c_int = 25;

/// Tells the kernel about `len` committed bytes; `false` if it declines.
///
/// # Callers
/// `GiveBack` loses the content: nobody may own the range.
pub(crate) fn advise(start: NonNull<u8>, len: usize, advice: Advice) -> bool {
    let advice = match advice {
        Advice::Huge => libc::MADV_HUGEPAGE,
        Advice::Small => libc::MADV_NOHUGEPAGE,
        Advice::GiveBack => libc::MADV_DONTNEED,
        Advice::Populate => MADV_POPULATE_WRITE,
        Advice::Collapse => MADV_COLLAPSE,
    };
    // SAFETY: callers pass committed pages of their own region; all but `GiveBack` keep the
    // content, and that one is used on free pages only.
    unsafe { libc::madvise(start.as_ptr().cast(), len, advice) == 0 }
}

/// Asks which of the pages from `start` on are backed: bit 0 of a byte per page. `false` if unknown.
pub(crate) fn resident(start: NonNull<u8>, pages: &mut [u8]) -> bool {
    let len = pages.len() * crate::layout::PAGE;
    // SAFETY: the kernel writes one byte per page of the range, which is what `pages` has room for.
    unsafe { libc::mincore(start.as_ptr().cast(), len, pages.as_mut_ptr()) == 0 }
}

/// Sleeps while `state` holds `expected`; may wake for no reason.
pub(crate) fn wait(state: &AtomicU32, expected: u32) {
    let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the word is valid for the whole call; the kernel only reads it.
    unsafe {
        libc::syscall(libc::SYS_futex, state.as_ptr(), operation, expected, null::<libc::timespec>())
    };
}

/// Wakes one sleeper of [`wait`].
pub(crate) fn wake_one(state: &AtomicU32) {
    let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the kernel uses the address as a key only.
    unsafe { libc::syscall(libc::SYS_futex, state.as_ptr(), operation, 1) };
}
