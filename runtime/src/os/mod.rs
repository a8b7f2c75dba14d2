//! The kernel's contract: what the rest of the crate may ask of the operating system.
//!
//! `linux` is the full contract; `unix` what POSIX and the BSDs give; `stub` says no to
//! everything, so that elsewhere every block goes to the inner allocator and all else still works.
//! Nothing here allocates, and nothing panics: a refusal is a value.

#[cfg(zkarena_asan)]
mod asan;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod no_files;
#[cfg(target_os = "linux")]
mod signals;
#[cfg(not(unix))]
mod stub;
#[cfg(unix)]
mod thread;
#[cfg(unix)]
mod unix;

#[cfg(zkarena_asan)]
pub(crate) use asan::allow;
#[cfg(target_os = "linux")]
pub(crate) use files::*;
#[cfg(target_os = "linux")]
pub(crate) use linux::{
    advise, began_after, lock, locked_limit, mappings, move_pages, resident, thread_id, unlock,
    wait, wake_one,
};
#[cfg(not(target_os = "linux"))]
pub(crate) use no_files::*;
#[cfg(target_os = "linux")]
pub(crate) use signals::{block_signals, catch_faults};
#[cfg(not(unix))]
pub(crate) use stub::*;
#[cfg(unix)]
pub(crate) use thread::{at_thread_exit, dump_stack, stack_end};
#[cfg(unix)]
pub(crate) use unix::*;

/// Tells a sanitizer which bytes may be touched; without one there is nobody to tell.
#[cfg(not(zkarena_asan))]
#[inline]
pub(crate) fn allow(_start: std::ptr::NonNull<u8>, _bytes: usize, _of: usize) {}

/// What to tell the kernel about a range of committed pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Prefer huge pages for what is touched from now on.
    Huge,
    /// Use small pages for what is touched from now on.
    Small,
    /// Give the pages back; they read as zero when touched again.
    GiveBack,
    /// As `GiveBack`, for pages that are locked.
    GiveBackLocked,
    /// Gather small pages into huge ones now, keeping what they hold.
    Collapse,
    /// Leave the pages out of core files.
    NoDump,
    /// Have core files contain the pages again.
    Dump,
    /// A child of `fork` finds zeros there.
    WipeOnFork,
}

/// One mapping of the process, as the kernel tells of it.
#[expect(clippy::struct_excessive_bools, reason = "flags, each by itself")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Nobody may read, write or execute there.
    pub(crate) closed: bool,
    /// Left out of core files.
    pub(crate) no_dump: bool,
    /// Zero in a child of `fork`.
    pub(crate) wiped_on_fork: bool,
    /// Never written to swap.
    pub(crate) locked: bool,
}

/// Page faults of the process so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Served without reading from a disk.
    pub(crate) minor: u64,
    /// Served by reading from a disk.
    pub(crate) major: u64,
}

/// How moving pages ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// The pages are under the target; the source reads zero.
    Done,
    /// Nothing happened.
    Declined,
    /// Nothing was moved, and the target's addresses are gone.
    Lost,
}

/// Why a file system refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "elsewhere everything is unknown")
)]
pub(crate) enum Refused {
    /// No free block is left.
    Full,
    /// The user's share is used up.
    Quota,
    /// The file may not become so large.
    FileSize,
    /// It does not know the operation.
    Unknown,
    /// It cannot do it at this address, of this size, or from this memory.
    Unsuitable,
    /// The file has fewer bytes.
    Short,
    /// A reason of its own: an error number of the system.
    Error(i32),
}
