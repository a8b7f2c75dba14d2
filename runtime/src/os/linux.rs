//! What only Linux has: advice about pages, and sleeping on a word.

use super::{Advice, Mapping, Moved};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ptr::{NonNull, null};
use std::sync::atomic::AtomicU32;

/// Of the kernel's `mman.h` since 6.1; not in every libc.
const MADV_COLLAPSE: libc::c_int = 25;

/// As above, since 5.18.
const MADV_DONTNEED_LOCKED: libc::c_int = 24;

/// As above, since 4.4: pages are locked as they are touched.
const MLOCK_ONFAULT: libc::c_uint = 1;

/// Tells the kernel about `len` committed bytes; `false` if it declines.
///
/// # Callers
/// `GiveBack` and `GiveBackLocked` lose the content: nobody may own the range.
pub(crate) fn advise(start: NonNull<u8>, len: usize, advice: Advice) -> bool {
    let advice = match advice {
        Advice::Huge => libc::MADV_HUGEPAGE,
        Advice::Small => libc::MADV_NOHUGEPAGE,
        Advice::GiveBack => libc::MADV_DONTNEED,
        Advice::GiveBackLocked => MADV_DONTNEED_LOCKED,
        Advice::Collapse => MADV_COLLAPSE,
        Advice::NoDump => libc::MADV_DONTDUMP,
        Advice::Dump => libc::MADV_DODUMP,
        Advice::WipeOnFork => libc::MADV_WIPEONFORK,
    };
    // SAFETY: callers pass pages of their own region; all but the two that give back keep the
    // content, and those are used on free pages only.
    unsafe { libc::madvise(start.as_ptr().cast(), len, advice) == 0 }
}

/// Moves the pages under `from` to `to`, without copying; the source stays mapped and reads zero.
pub(crate) fn move_pages(from: NonNull<u8>, to: NonNull<u8>, len: usize) -> Moved {
    let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED | libc::MREMAP_DONTUNMAP;
    // SAFETY: callers own both ranges, which do not overlap: nobody needs what is under `to`, and
    // the source keeps its mapping.
    let at = unsafe { libc::mremap(from.as_ptr().cast(), len, len, flags, to.as_ptr()) };
    if at != libc::MAP_FAILED {
        return Moved::Done;
    }
    // Only when it runs out of memory may the kernel have unmapped the target already.
    let intact = std::io::Error::last_os_error().raw_os_error() != Some(libc::ENOMEM);
    if intact || reclaim(to, len) {
        Moved::Declined
    } else {
        Moved::Lost
    }
}

/// Maps fresh pages at `start` if nobody has the addresses: another thread's mapping may have
/// landed there in the meantime, and must not be replaced.
fn reclaim(start: NonNull<u8>, len: usize) -> bool {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = super::unix::RESERVED | libc::MAP_FIXED_NOREPLACE;
    // SAFETY: a new mapping that replaces nothing.
    let at = unsafe { libc::mmap(start.as_ptr().cast(), len, access, flags, -1, 0) };
    if at != libc::MAP_FAILED && at != start.as_ptr().cast() {
        // A kernel older than the flag takes it as a hint and maps elsewhere.
        // SAFETY: the mapping was made just now, and nobody knows it.
        unsafe { libc::munmap(at, len) };
        return false;
    }
    at != libc::MAP_FAILED
}

/// Asks which of the pages from `start` on are backed: bit 0 of a byte per page. `false` if unknown.
pub(crate) fn resident(start: NonNull<u8>, pages: &mut [u8]) -> bool {
    let len = pages.len() * crate::layout::PAGE;
    // SAFETY: the kernel writes one byte per page of the range, which is what `pages` has room for.
    unsafe { libc::mincore(start.as_ptr().cast(), len, pages.as_mut_ptr()) == 0 }
}

/// Keeps `len` bytes out of swap, from when they are touched on; `false` if the limit does not allow it.
pub(crate) fn lock(start: NonNull<u8>, len: usize) -> bool {
    // SAFETY: no content changes; callers pass pages of their own region. By number, as not every libc has it.
    unsafe { libc::syscall(libc::SYS_mlock2, start.as_ptr(), len, MLOCK_ONFAULT) == 0 }
}

/// Undoes [`lock`].
pub(crate) fn unlock(start: NonNull<u8>, len: usize) {
    // SAFETY: callers pass committed pages of their own region; nothing is read or changed.
    unsafe { libc::munlock(start.as_ptr().cast(), len) };
}

/// How many bytes the process may lock, unless it is privileged; `None` if there is no limit.
pub(crate) fn locked_limit() -> Option<u64> {
    super::unix::limit_of(libc::RLIMIT_MEMLOCK)
}

/// Hands every mapping of the process to `see`, in ascending order; `false` if the kernel does not
/// tell, or not all.
pub(crate) fn mappings(mut see: impl FnMut(Mapping)) -> bool {
    let Ok(smaps) = File::open("/proc/self/smaps") else {
        return false;
    };
    let (mut lines, mut line) = (BufReader::new(smaps), String::new());
    let mut mapping = None;
    loop {
        line.clear();
        match lines.read_line(&mut line) {
            Ok(0) => return mapping.is_none(), // each ended with its flags
            Ok(_) => {}
            Err(_) => return false,
        }
        if let Some(flags) = line.strip_prefix("VmFlags:") {
            if let Some(mapping) = mapping.take() {
                see(with_flags(mapping, flags));
            }
        } else if let Some(head) = head_of(&line) {
            mapping = Some(head);
        }
    }
}

/// The first line of a mapping: `7f00-7f10 rw-p 0000 00:00 0  [heap]`.
fn head_of(line: &str) -> Option<Mapping> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    Some(Mapping {
        start: usize::from_str_radix(start, 16).ok()?,
        end: usize::from_str_radix(end, 16).ok()?,
        closed: words.next()?.starts_with("---"),
        ..Mapping::default()
    })
}

fn with_flags(mut mapping: Mapping, flags: &str) -> Mapping {
    for flag in flags.split_ascii_whitespace() {
        match flag {
            "dd" => mapping.no_dump = true,
            "wf" => mapping.wiped_on_fork = true,
            "lo" => mapping.locked = true,
            _ => {}
        }
    }
    mapping
}

/// Sleeps while `state` holds `expected`; may wake for no reason.
pub(crate) fn wait(state: &AtomicU32, expected: u32) {
    let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the word is valid for the whole call; the kernel only reads it.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            state.as_ptr(),
            operation,
            expected,
            null::<libc::timespec>(),
        )
    };
}

/// Wakes one sleeper of [`wait`].
pub(crate) fn wake_one(state: &AtomicU32) {
    let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the kernel uses the address as a key only.
    unsafe { libc::syscall(libc::SYS_futex, state.as_ptr(), operation, 1) };
}

/// The calling thread's number.
pub(crate) fn thread_id() -> u32 {
    // SAFETY: a query without arguments.
    unsafe { libc::gettid() }.unsigned_abs()
}

/// Whether a thread of this process is alive and was started after that moment of [`now_ns`](super::now_ns),
/// or up to a tick of the kernel's before.
pub(crate) fn began_after(thread: u32, at_ns: u64) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/self/task/{thread}/stat")) else {
        return false; // it has ended
    };
    // Behind the name in parentheses, which may hold anything: the state, and 18 numbers.
    let began = stat.rsplit_once(')').and_then(|(_, rest)| {
        let ticks = rest.split_ascii_whitespace().nth(19)?;
        ticks.parse::<u64>().ok()
    });
    // SAFETY: a query without side effects.
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }
        .max(1)
        .unsigned_abs();
    // The kernel counts time asleep, too.
    let at_ns = at_ns.saturating_add(asleep_ns());
    let at = u128::from(at_ns) * u128::from(per_second) / 1_000_000_000;
    began.is_none_or(|began| u128::from(began) >= at)
}

/// How long the machine was suspended: what the clock of `now_ns` leaves out.
fn asleep_ns() -> u64 {
    let read = |clock| {
        let mut now = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: `now` is a valid place for the answer.
        unsafe { libc::clock_gettime(clock, &raw mut now) };
        now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
    };
    read(libc::CLOCK_BOOTTIME).saturating_sub(read(libc::CLOCK_MONOTONIC))
}
