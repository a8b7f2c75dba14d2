//! A secret of 16 bytes that the program can write anywhere, and a search of the whole process for it.

use memchr::memmem::Finder;
use std::fs::File;
use std::hint::black_box;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// A secret of a test's own. It is never kept: what is kept are numbers that it can be made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needle {
    halves: [u64; 2],
}

/// Halves are kept so changed.
const MASK: u64 = 0x5ca1_ab1e_0ddb_a115;
/// A window is told by this product, so that the search holds no secret either.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

const CHUNK: usize = 1 << 20;

impl Needle {
    pub(crate) fn new(seed: u64) -> Self {
        let odd = |x: u64| x.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ 0x0123_4567_89ab_cdef;
        Self {
            halves: [odd(seed), odd(seed ^ 0xffff_0000)],
        }
    }

    /// Fills memory with the secret.
    #[inline(never)]
    pub(crate) fn fill(self, memory: &mut [u8]) {
        let [low, high] = self
            .halves
            .map(|half| (half ^ black_box(MASK)).to_le_bytes());
        let len = memory.len().min(16);
        let bytes = low.into_iter().chain(high);
        memory
            .iter_mut()
            .zip(bytes)
            .for_each(|(at, byte)| *at = byte);
        // What is there, once more behind it: as quick as copying without optimisation.
        let mut filled = len;
        while filled < memory.len() {
            let (done, rest) = memory.split_at_mut(filled);
            let more = rest.len().min(filled);
            rest[..more].copy_from_slice(&done[..more]);
            filled += more;
        }
        black_box(memory);
    }

    /// Leaves the secret deep on the stack of the calling thread, and in its registers.
    #[inline(never)]
    pub(crate) fn soil(self, depth: usize) {
        let mut frame = [0; 1 << 10];
        self.fill(&mut frame);
        if depth > 0 {
            self.soil(depth - 1);
        }
        black_box(&mut frame);
    }

    /// How often the secret is in the memory of the process.
    pub(crate) fn count(self) -> usize {
        self.places().len()
    }

    /// Where the secret is in the memory of the process: in every mapping that it can write.
    pub(crate) fn places(self) -> Vec<usize> {
        // A quarter of it, which is not looked for.
        let start = (self.halves[0] ^ black_box(MASK)).to_le_bytes();
        let start = Finder::new(&start[..4]);
        let products = self.halves.map(|half| product(half ^ black_box(MASK)));
        let memory = File::open("/proc/self/mem").expect("our own memory");
        let backed = File::open("/proc/self/pagemap").expect("our own pages");
        let mut buffer = vec![0u8; CHUNK + 15];
        let own = buffer.as_ptr_range();
        let mut places = Vec::new();
        for (from, to) in writable_mappings() {
            for at in (from..to).step_by(CHUNK) {
                let bytes = (to - at).min(CHUNK + 15);
                // Not the buffer, which has what was just read.
                let overlaps = at + bytes > own.start.addr() && at < own.end.addr();
                if !overlaps && is_backed(&backed, at, bytes) {
                    let read = memory.read_exact_at(&mut buffer[..bytes], at as u64);
                    if read.is_ok() {
                        let found = occurrences(&buffer[..bytes], &start, products);
                        places.extend(found.map(|offset| at + offset));
                    }
                }
            }
        }
        buffer.fill(0);
        black_box(&mut buffer);
        places
    }

    /// Demands that it is nowhere.
    #[track_caller]
    pub(crate) fn assert_gone(self) {
        let places = self.places();
        let maps = std::fs::read_to_string("/proc/self/maps").expect("our own mappings");
        let around = |place: usize| {
            let holds = |line: &&str| range_of(line).is_some_and(|range| range.contains(&place));
            maps.lines().find(holds).unwrap_or_default()
        };
        let first = places.iter().take(8);
        let told: Vec<_> = first
            .map(|&at| format!("{at:#x} in {}", around(at)))
            .collect();
        assert!(places.is_empty(), "{} places: {told:#?}", places.len());
    }
}

fn writable_mappings() -> Vec<(usize, usize)> {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("our own mappings");
    let writable = maps.lines().filter(|line| line.contains(" rw"));
    writable
        .filter_map(range_of)
        .map(|range| (range.start, range.end))
        .collect()
}

/// Of a line such as `7f00-7f10 rw-p 0000 00:00 0  [heap]`.
fn range_of(line: &str) -> Option<Range<usize>> {
    let (start, end) = line.split_once(' ')?.0.split_once('-')?;
    let hex = |text| usize::from_str_radix(text, 16).ok();
    Some(hex(start)?..hex(end)?)
}

/// Whether any page of a range is in memory.
fn is_backed(pagemap: &File, at: usize, bytes: usize) -> bool {
    let mut entries = vec![0u8; bytes.div_ceil(4096) * 8];
    let read = pagemap.read_exact_at(&mut entries, at as u64 / 4096 * 8);
    let present = |entry: &[u8]| entry[7] & 0b1100_0000 != 0;
    read.is_err() || entries.chunks(8).any(present)
}

const fn product(half: u64) -> u64 {
    half.wrapping_mul(FACTOR).rotate_left(29)
}

/// Where the secret is among these bytes; `start` are its first four.
fn occurrences<'a>(
    bytes: &'a [u8],
    start: &'a Finder<'_>,
    [low, high]: [u64; 2],
) -> impl Iterator<Item = usize> + 'a {
    let is = |at: usize, expected: u64| {
        let half = bytes.get(at..at + 8).and_then(|half| half.try_into().ok());
        half.is_some_and(|half| product(u64::from_le_bytes(half)) == expected)
    };
    let found = start.find_iter(bytes);
    found.filter(move |&at| is(at, low) && is(at + 8, high))
}
