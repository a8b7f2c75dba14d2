//! What sets one heap apart from another: the code is the same.
#![forbid(unsafe_code)]

use super::PagePolicy;
use crate::layout::PAGE;

/// A description of a heap.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeapKind {
    /// Addresses to reserve unless told otherwise, and the least that is tried.
    pub(super) reserve: usize,
    pub(super) reserve_least: usize,
    /// Where addresses are limited, one part in so many is taken.
    pub(super) share: usize,
    /// Committed at a time.
    pub(super) step: usize,
    /// Which pages back it, unless told otherwise.
    pub(super) pages: PagePolicy,
    /// Its pages hold secrets. They are kept out of core files, children and swap, with a guard at
    /// either end; they are wiped before they are free, and moved or gathered only while they are:
    /// the kernel frees what it copies from as it is.
    pub(super) secret: bool,
    /// Its pages are those of a mapped file: who takes and frees them sees to the blocks of the disk, and
    /// that they read zero when they are free. They are neither moved nor gathered.
    pub(super) of_file: bool,
}

/// Address space to reserve for ordinary memory, unless told otherwise.
pub(crate) const RESERVE: usize = 1 << 40;

impl HeapKind {
    pub(super) const RAM: Self = Self {
        reserve: RESERVE,
        reserve_least: 1 << 28,
        share: 2,
        step: 64 << 20,
        pages: PagePolicy::Auto,
        secret: false,
        of_file: false,
    };

    /// The step is small: all that is committed counts against the limit on locked memory.
    pub(super) const WITNESS: Self = Self {
        reserve: 1 << 38,
        reserve_least: 1 << 24,
        share: 8,
        step: 1 << 20,
        pages: PagePolicy::Auto,
        secret: true,
        of_file: false,
    };

    /// The addresses are those of the file's mapping, which is there as a whole.
    pub(super) const FILE: Self = Self {
        reserve: 1 << 40,
        reserve_least: 1 << 28,
        share: 4,
        step: PAGE,
        pages: PagePolicy::Small,
        secret: false,
        of_file: true,
    };
}
