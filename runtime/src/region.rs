//! One owned, contiguous range of addresses, backed by memory from its start up to a line that
//! only moves up.
//!
//! ```text
//! guard | backed            | addresses only       | guard |
//!       base           base + committed        base + len
//! ```

use crate::layout::{HUGE_PAGE, PAGE, round_up};
use crate::os::{self, Advice};
use crate::sync::atomic::{AtomicUsize, Ordering};
use std::fs::File;
use std::ptr::NonNull;

/// A reserved address range.
///
/// # Invariants
/// 1. `base - guard..base + len + guard` was reserved by us and stays so until the region is dropped;
///    the guards are never made accessible.
/// 2. `base..base + committed` is readable and writable, of a file as far as it has blocks; `committed` only grows.
#[derive(Debug)]
pub(crate) struct Region {
    base: NonNull<u8>,
    len: usize,
    guard: usize,
    /// Whether core files have what is backed.
    dumped: bool,
    committed: AtomicUsize,
}

// SAFETY: a region is an address range and two numbers; whoever touches the bytes proves its own exclusion.
unsafe impl Send for Region {}
// SAFETY: as above; `commit` may run on several threads, as making pages accessible twice changes nothing.
unsafe impl Sync for Region {}

impl Region {
    /// Reserves `len` bytes of addresses (rounded up to pages) without backing them.
    pub(crate) fn reserve(len: usize) -> Option<Self> {
        Self::reserve_with(len, 0)
    }

    /// As [`reserve`](Self::reserve), with pages at either end that nobody can touch: as many as a
    /// huge page has, so that what the kernel aligns stays aligned. Core files have nothing of it.
    pub(crate) fn reserve_guarded(len: usize) -> Option<Self> {
        Self::reserve_with(len, HUGE_PAGE)
    }

    fn reserve_with(len: usize, guard: usize) -> Option<Self> {
        let len = round_up(len, PAGE);
        let reserved = len.checked_add(2 * guard)?;
        let start = os::reserve(reserved)?;
        // Debuggers would write addresses that nobody uses into core files, byte by byte.
        os::advise(start, reserved, Advice::NoDump);
        Some(Self {
            // SAFETY: `guard` is at most the bytes that were reserved from `start` on.
            base: unsafe { start.add(guard) },
            len,
            guard,
            dumped: guard == 0,
            committed: AtomicUsize::new(0),
        })
    }

    /// The first `len` bytes (rounded up to pages) that a file has, or will have: shared with it, and with
    /// everybody who maps it. All of them count as backed, though the file may be shorter.
    pub(crate) fn of_file(file: &File, len: usize) -> Option<Self> {
        let len = round_up(len, PAGE);
        let base = os::map(file, 0, len).ok()?;
        os::advise(base, len, Advice::NoDump);
        Some(Self {
            base,
            len,
            guard: 0,
            dumped: false,
            committed: AtomicUsize::new(len),
        })
    }

    /// Tells the kernel about all of it; `false` if it declines.
    pub(crate) fn advise(&self, advice: Advice) -> bool {
        os::advise(self.base, self.len, advice)
    }

    /// Bytes of the guard at either end.
    pub(crate) fn guard(&self) -> usize {
        self.guard
    }

    /// The first address.
    pub(crate) fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// Reserved bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes that are backed, from the start.
    pub(crate) fn committed(&self) -> usize {
        self.committed.load(Ordering::Acquire)
    }

    /// The address `offset` bytes into the region; `None` outside it.
    pub(crate) fn at(&self, offset: usize) -> Option<NonNull<u8>> {
        if offset >= self.len {
            return None;
        }
        // SAFETY: `offset < len`, so the address stays inside the range of invariant 1.
        Some(unsafe { self.base.add(offset) })
    }

    /// Backs the first `upto` bytes, rounded up to pages. `false`: the kernel refused, nothing changed.
    pub(crate) fn commit(&self, upto: usize) -> bool {
        self.commit_if(upto, |_, _| true)
    }

    /// As [`commit`](Self::commit), if `accept` agrees to the bytes that are new; they are accessible then.
    pub(crate) fn commit_if(
        &self,
        upto: usize,
        accept: impl FnOnce(NonNull<u8>, usize) -> bool,
    ) -> bool {
        let (have, upto) = (self.committed(), round_up(upto, PAGE));
        if upto <= have {
            return true;
        }
        let Some(start) = self.at(have).filter(|_| upto <= self.len) else {
            return false;
        };
        let done = os::commit(start, upto - have) && accept(start, upto - have);
        if done && self.dumped {
            os::advise(start, upto - have, Advice::Dump);
        }
        if done {
            self.committed.fetch_max(upto, Ordering::AcqRel);
        }
        done
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the guard before the base was reserved with it (invariant 1).
        let start = unsafe { self.base.sub(self.guard) };
        os::release(start, self.len + 2 * self.guard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_bytes_read_zero_and_hold_what_is_written() {
        let region = Region::reserve(1 << 20).expect("a megabyte of addresses");
        assert!(region.commit(3 * PAGE));
        assert_eq!(region.committed(), 3 * PAGE);
        let at = region.at(2 * PAGE).expect("inside").as_ptr();
        // SAFETY: the third page is committed and only this test knows it.
        assert_eq!(unsafe { at.read() }, 0);
        // SAFETY: as above.
        unsafe { at.write(7) };
        // SAFETY: as above.
        assert_eq!(unsafe { at.read() }, 7);
    }

    #[test]
    fn nothing_beyond_the_end() {
        let region = Region::reserve(4 * PAGE).expect("four pages of addresses");
        assert!(!region.commit(5 * PAGE));
        assert!(region.at(4 * PAGE).is_none());
        assert!(region.commit(3 * PAGE + 1));
        assert_eq!(region.committed(), 4 * PAGE);
    }
}
