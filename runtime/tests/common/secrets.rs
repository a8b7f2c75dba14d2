//! The heap of secrets, seen from outside: what the kernel says of its mappings, and what is in them.

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use zkarena::{PVec, Phase};

/// Never zero in any byte, and nowhere else in the process: made when asked for.
pub(crate) fn secret(at: usize) -> u64 {
    let mixed = (at as u64 ^ 0x5ec2_e700_0000_0000).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed | 0x0101_0101_0101_0101
}

/// `words` secret words in the witness arena.
pub(crate) fn secrets(phase: Phase<'_>, words: usize) -> PVec<'_, u64> {
    let mut vec = phase.witness().vec_with(words);
    fill(&mut vec, words);
    vec
}

/// Secret words up to the length of `words`.
pub(crate) fn fill(vec: &mut PVec<'_, u64>, words: usize) {
    for at in vec.len()..words {
        vec.push(secret(at));
    }
}

/// A mapping and its `VmFlags`.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    pub(crate) range: Range<usize>,
    pub(crate) access: String,
    pub(crate) flags: Vec<String>,
}

impl Mapping {
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.access.starts_with("rw")
    }
}

/// All mappings of a process, ascending.
pub(crate) fn mappings_of(process: u32) -> Vec<Mapping> {
    let smaps = fs::read_to_string(format!("/proc/{process}/smaps")).expect("smaps");
    let mut mappings: Vec<Mapping> = Vec::new();
    for line in smaps.lines() {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first == "VmFlags:" {
            let last = mappings.last_mut().expect("a mapping before its flags");
            last.flags = words.map(str::to_owned).collect();
        } else if let Some((start, end)) = first.split_once('-') {
            let hex = |text| usize::from_str_radix(text, 16).expect("an address");
            mappings.push(Mapping {
                range: hex(start)..hex(end),
                access: words.next().unwrap_or_default().to_owned(),
                flags: Vec::new(),
            });
        }
    }
    mappings
}

/// The mappings of the heap that a block is in: all that are zero in forked children, up to the
/// first gap or other mapping on either side.
pub(crate) fn heap_of(process: u32, block: usize) -> Vec<Mapping> {
    let all = mappings_of(process);
    let at = all
        .iter()
        .position(|mapping| mapping.range.contains(&block))
        .expect("a mapped block");
    let joins = |a: &Mapping, b: &Mapping| a.range.end == b.range.start;
    let (mut first, mut last) = (at, at);
    while first > 0 && all[first - 1].has("wf") && joins(&all[first - 1], &all[first]) {
        first -= 1;
    }
    while last + 1 < all.len() && all[last + 1].has("wf") && joins(&all[last], &all[last + 1]) {
        last += 1;
    }
    assert!(all[at].has("wf"), "the block is in ordinary memory");
    all[first..=last].to_vec()
}

/// How many bytes of a range are not zero, in whatever process: the kernel reads them.
fn not_zero(memory: &File, range: &Range<usize>) -> usize {
    let mut buffer = [0; 4096];
    let mut count = 0;
    for from in range.clone().step_by(buffer.len()) {
        memory
            .read_exact_at(&mut buffer, from as u64)
            .expect("mapped memory");
        if buffer != [0; 4096] {
            count += buffer.iter().filter(|&&byte| byte != 0).count();
        }
    }
    count
}

/// How many bytes that are not zero a process has in the heap that `block` is or was in.
pub(crate) fn residue_of(process: u32, block: usize) -> usize {
    let memory = File::open(format!("/proc/{process}/mem")).expect("mem");
    let heap = heap_of(process, block);
    let open = heap.iter().filter(|mapping| mapping.is_open());
    open.map(|mapping| not_zero(&memory, &mapping.range)).sum()
}

/// As [`residue_of`], of this process.
pub(crate) fn residue(block: usize) -> usize {
    residue_of(std::process::id(), block)
}
