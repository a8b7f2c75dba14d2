//! What the kernel says about this process.

use std::fs;
use std::mem::MaybeUninit;
use std::os::unix::fs::FileExt;
use zkarena::HeapStats;

/// Minor page faults of the process so far.
pub(crate) fn minor_faults() -> u64 {
    faults_of(libc::RUSAGE_SELF)
}

/// Minor page faults of the calling thread so far.
pub(crate) fn own_minor_faults() -> u64 {
    faults_of(libc::RUSAGE_THREAD)
}

fn faults_of(whom: libc::c_int) -> u64 {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `usage` is a valid place for the answer.
    let done = unsafe { libc::getrusage(whom, usage.as_mut_ptr()) };
    assert_eq!(done, 0, "getrusage");
    // SAFETY: all-zero bytes are a valid `rusage`, and the kernel wrote the rest.
    let usage = unsafe { usage.assume_init() };
    u64::try_from(usage.ru_minflt).expect("a count")
}

/// Resident bytes of the process, counted exactly (the figures in `statm` may lag behind).
pub(crate) fn resident() -> usize {
    let text = fs::read_to_string("/proc/self/smaps_rollup").expect("smaps_rollup");
    let line = text
        .lines()
        .find(|line| line.starts_with("Rss:"))
        .expect("Rss");
    kib(line) * 1024
}

fn kib(line: &str) -> usize {
    line.split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a number of kB")
}

/// One mapping of the process.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) access: String,
    pub(crate) resident: usize,
}

/// All mappings of the process, ascending.
pub(crate) fn mappings() -> Vec<Mapping> {
    let text = fs::read_to_string("/proc/self/smaps").expect("smaps");
    let mut mappings: Vec<Mapping> = Vec::new();
    for line in text.lines() {
        if let Some(mapping) = head(line) {
            mappings.push(mapping);
        } else if line.starts_with("Rss:")
            && let Some(last) = mappings.last_mut()
        {
            last.resident = kib(line) * 1024;
        }
    }
    mappings
}

/// The first line of a mapping: `7f00-7f10 rw-p 0000 00:00 0  [heap]`.
fn head(line: &str) -> Option<Mapping> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).ok());
    Some(Mapping {
        start: start?,
        end: end?,
        access: words.next()?.to_owned(),
        resident: 0,
    })
}

/// Resident bytes of the span heap, as the kernel sees it; `inside` is the address of one of its blocks.
pub(crate) fn heap_resident(stats: HeapStats, inside: usize) -> usize {
    let mappings = mappings();
    let at = mappings
        .iter()
        .position(|mapping| (mapping.start..mapping.end).contains(&inside))
        .expect("a mapped block");
    // The heap ends where its addresses without memory end.
    let unbacked = mappings[at..]
        .iter()
        .find(|mapping| mapping.access.starts_with("---"))
        .expect("the rest of the reservation");
    let base = unbacked.end - usize::try_from(stats.reserved_bytes).expect("a size");
    assert!(
        base <= inside,
        "the block at {inside:#x} is not in the heap, which starts at {base:#x}"
    );
    let own = mappings
        .iter()
        .filter(|mapping| mapping.start >= base && mapping.end <= unbacked.end);
    own.map(|mapping| mapping.resident).sum()
}

/// Whether the bytes at an address are zero, whoever they belong to: the kernel reads them.
pub(crate) fn reads_zero(at: usize, bytes: usize) -> bool {
    let memory = fs::File::open("/proc/self/mem").expect("mem");
    // Small: a buffer from the heap might be the very pages that were freed.
    let mut buffer = [0; 512];
    (at..at + bytes).step_by(buffer.len()).all(|from| {
        let part = &mut buffer[..(at + bytes - from).min(512)];
        memory
            .read_exact_at(part, from as u64)
            .expect("mapped memory");
        part.iter().all(|&byte| byte == 0)
    })
}

/// Resident bytes of the process that are no file's.
pub(crate) fn anonymous() -> usize {
    let text = fs::read_to_string("/proc/self/smaps_rollup").expect("smaps_rollup");
    let line = text.lines().find(|line| line.starts_with("Anonymous:"));
    kib(line.expect("Anonymous")) * 1024
}
