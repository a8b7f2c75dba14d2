//! A kernel that refuses: the heap stays closed, phases still report.
#![forbid(unsafe_code)]

use super::{Advice, Faults};
use std::ffi::CStr;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

pub(crate) fn reserve(_len: usize) -> Option<NonNull<u8>> {
    None
}

pub(crate) fn release(_start: NonNull<u8>, _len: usize) {}

pub(crate) fn commit(_start: NonNull<u8>, _len: usize) -> bool {
    false
}

pub(crate) fn page_size() -> usize {
    crate::layout::PAGE
}

pub(crate) fn address_space_limit() -> Option<usize> {
    None
}

pub(crate) fn now_ns() -> u64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let elapsed = START.get_or_init(std::time::Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}

pub(crate) fn faults() -> Faults {
    Faults::default()
}

pub(crate) fn process_id() -> u32 {
    std::process::id()
}

/// Reading the environment allocates here, so the allocator keeps to its builder.
pub(crate) fn env<R>(_name: &CStr, _read: impl FnOnce(&[u8]) -> R) -> Option<R> {
    None
}

pub(crate) fn die(_why: &'static str) -> ! {
    std::process::abort()
}

pub(crate) fn write_stderr(_text: &[u8]) {}

pub(crate) fn at_fork(_before: extern "C" fn(), _parent: extern "C" fn(), _child: extern "C" fn()) {
}

pub(crate) fn wait(_state: &AtomicU32, _expected: u32) {
    std::thread::yield_now();
}

pub(crate) fn wake_one(_state: &AtomicU32) {}

pub(crate) fn advise(_start: NonNull<u8>, _len: usize, _advice: Advice) -> bool {
    false
}

pub(crate) fn resident(_start: NonNull<u8>, _pages: &mut [u8]) -> bool {
    false
}

pub(crate) fn move_pages(_from: NonNull<u8>, _to: NonNull<u8>, _len: usize) -> super::Moved {
    super::Moved::Declined
}

pub(crate) fn lock(_start: NonNull<u8>, _len: usize) -> bool {
    false
}

pub(crate) fn unlock(_start: NonNull<u8>, _len: usize) {}

pub(crate) fn locked_limit() -> Option<u64> {
    None
}

pub(crate) fn mappings(_see: impl FnMut(super::Mapping)) -> bool {
    false
}

pub(crate) fn stack_end() -> Option<NonNull<u8>> {
    None
}

pub(crate) fn keep_libc_warm() {}

pub(crate) fn trim_libc() {}

pub(crate) fn dump_stack(_dumped: bool) {}

pub(crate) fn at_thread_exit(_hook: extern "C" fn(*mut std::ffi::c_void)) {}

pub(crate) fn thread_id() -> u32 {
    0
}

pub(crate) fn began_after(_thread: u32, _at_ns: u64) -> bool {
    true
}
