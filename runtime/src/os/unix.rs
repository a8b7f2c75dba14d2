//! POSIX: mappings, limits, time, environment.

use super::Faults;
use std::ffi::CStr;
use std::ptr::{NonNull, null_mut};

/// Private pages that count against no limit before they are touched.
#[cfg(target_os = "linux")]
pub(super) const RESERVED: libc::c_int =
    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
#[cfg(not(target_os = "linux"))]
pub(super) const RESERVED: libc::c_int = libc::MAP_PRIVATE | libc::MAP_ANON;

/// Reserves `len` bytes of addresses, neither readable nor writable nor backed.
pub(crate) fn reserve(len: usize) -> Option<NonNull<u8>> {
    // SAFETY: a new anonymous mapping at an address of the kernel's choice touches no existing memory.
    let at = unsafe { libc::mmap(null_mut(), len, libc::PROT_NONE, RESERVED, -1, 0) };
    if at == libc::MAP_FAILED {
        return None;
    }
    NonNull::new(at.cast())
}

/// Gives a whole reservation up.
pub(crate) fn release(start: NonNull<u8>, len: usize) {
    // SAFETY: callers own the whole mapping and do not use it again.
    unsafe { libc::munmap(start.as_ptr().cast(), len) };
}

/// Makes reserved pages readable and writable; `false` if the kernel refuses.
pub(crate) fn commit(start: NonNull<u8>, len: usize) -> bool {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: callers pass a range of a region they own; adding access invalidates no reference.
    unsafe { libc::mprotect(start.as_ptr().cast(), len, access) == 0 }
}

/// Bytes of a page of the running kernel.
pub(crate) fn page_size() -> usize {
    // SAFETY: a query without side effects; `_SC_PAGESIZE` is always known.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(0)
}

/// The limit on the address space of the process, if there is one.
pub(crate) fn address_space_limit() -> Option<usize> {
    limit_of(libc::RLIMIT_AS).and_then(|limit| usize::try_from(limit).ok())
}

/// What a limit is on.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
type Resource = libc::c_int;

/// A limit of the process, if there is one.
pub(super) fn limit_of(resource: Resource) -> Option<libc::rlim_t> {
    let mut limit = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: `limit` is a valid place for the answer.
    let done = unsafe { libc::getrlimit(resource, &raw mut limit) } == 0;
    (done && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
}

/// Nanoseconds of a clock that never goes back.
pub(crate) fn now_ns() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` is a valid place for the answer.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}

/// Page faults of the whole process so far.
pub(crate) fn faults() -> Faults {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `usage` is a valid place for the answer.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    // SAFETY: all-zero bytes are a valid `rusage`, and the kernel wrote the rest.
    let usage = unsafe { usage.assume_init() };
    Faults {
        minor: usage.ru_minflt.unsigned_abs(),
        major: usage.ru_majflt.unsigned_abs(),
    }
}

/// The process's number.
pub(crate) fn process_id() -> u32 {
    std::process::id()
}

/// Hands the value of an environment variable to `read`, without allocating.
///
/// Meant for start-up: like every reader of the environment it must not race with a writer.
pub(crate) fn env<R>(name: &CStr, read: impl FnOnce(&[u8]) -> R) -> Option<R> {
    // SAFETY: `name` is a C string; the pointer is used before anybody can change the variable (see above).
    let value = unsafe { libc::getenv(name.as_ptr()) };
    let value = NonNull::new(value)?;
    // SAFETY: `getenv` returns a C string.
    let value = unsafe { CStr::from_ptr(value.as_ptr()) };
    Some(read(value.to_bytes()))
}

/// Tells glibc's allocator, which serves the small blocks, to keep some memory at its top: by
/// default it gives back every 128 KiB and takes them again, some tens of page faults per proof.
pub(crate) fn keep_libc_warm() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const KEPT: libc::c_int = 16 << 20;
        // SAFETY: sets a number that the allocator reads when blocks are freed.
        unsafe { libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT) };
    }
}

/// Has glibc's allocator give its free pages back.
pub(crate) fn trim_libc() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: thread-safe, and affects free memory only.
    unsafe {
        libc::malloc_trim(0)
    };
}

/// Writes to standard error as it is, without buffers or locks.
pub(crate) fn write_stderr(mut text: &[u8]) {
    while !text.is_empty() {
        // SAFETY: `text` is a valid slice of that length.
        let wrote = unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
        match usize::try_from(wrote) {
            Ok(n) if n > 0 => text = &text[n.min(text.len())..],
            _ => return,
        }
    }
}

/// Ends the process with a line on standard error.
#[cold]
pub(crate) fn die(why: &'static str) -> ! {
    write_stderr(b"zkarena: ");
    write_stderr(why.as_bytes());
    write_stderr(b"\n");
    std::process::abort()
}

/// Has `before` called ahead of every `fork`, and one of the others behind it.
pub(crate) fn at_fork(before: extern "C" fn(), parent: extern "C" fn(), child: extern "C" fn()) {
    // SAFETY: the functions are `'static` and never unwind; on failure nothing is registered.
    unsafe { libc::pthread_atfork(Some(before), Some(parent), Some(child)) };
}

/// Sleeps until `state` may have changed from `expected`: elsewhere than on Linux, a turn for another thread.
#[cfg(not(target_os = "linux"))]
pub(crate) fn wait(_state: &std::sync::atomic::AtomicU32, _expected: u32) {
    // SAFETY: no arguments, no effect on memory.
    unsafe { libc::sched_yield() };
}

/// Wakes a sleeper of [`wait`]: nobody sleeps here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn wake_one(_state: &std::sync::atomic::AtomicU32) {}

/// Tells the kernel about `len` committed bytes; `false` if it declines.
#[cfg(not(target_os = "linux"))]
pub(crate) fn advise(start: NonNull<u8>, len: usize, advice: super::Advice) -> bool {
    // Only giving back has a portable form that reads zero afterwards.
    advice == super::Advice::GiveBack && renew(start, len)
}

/// Asks which pages are backed: not portable, so unknown.
#[cfg(not(target_os = "linux"))]
pub(crate) fn resident(_start: NonNull<u8>, _pages: &mut [u8]) -> bool {
    false
}

/// Moves pages to other addresses: not portable, so declined.
#[cfg(not(target_os = "linux"))]
pub(crate) fn move_pages(_from: NonNull<u8>, _to: NonNull<u8>, _len: usize) -> super::Moved {
    super::Moved::Declined
}

/// Keeps pages out of swap as they are touched: not portable, so declined.
#[cfg(not(target_os = "linux"))]
pub(crate) fn lock(_start: NonNull<u8>, _len: usize) -> bool {
    false
}

/// Undoes `lock`: nothing is locked.
#[cfg(not(target_os = "linux"))]
pub(crate) fn unlock(_start: NonNull<u8>, _len: usize) {}

/// How many bytes may be locked: none are.
#[cfg(not(target_os = "linux"))]
pub(crate) fn locked_limit() -> Option<u64> {
    None
}

/// The mappings of the process: not portable, so unknown.
#[cfg(not(target_os = "linux"))]
pub(crate) fn mappings(_see: impl FnMut(super::Mapping)) -> bool {
    false
}

/// The calling thread's number: not portable.
#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_id() -> u32 {
    0
}

/// Whether a thread is alive and was started after that moment: unknown, so perhaps.
#[cfg(not(target_os = "linux"))]
pub(crate) fn began_after(_thread: u32, _at_ns: u64) -> bool {
    true
}

/// Puts fresh pages, which read zero, in the place of a committed range.
#[cfg(not(target_os = "linux"))]
fn renew(start: NonNull<u8>, len: usize) -> bool {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: callers pass a range of their own region whose content nobody needs; the new pages replace it in one step.
    unsafe {
        libc::mmap(
            start.as_ptr().cast(),
            len,
            access,
            RESERVED | libc::MAP_FIXED,
            -1,
            0,
        ) != libc::MAP_FAILED
    }
}
