//! A process that looks for a witness in its own memory.
#![forbid(unsafe_code)]

use crate::maps::mappings;
use crate::memory::Memory;
use crate::{Findings, KeySet, Scanner};
use std::io;
use std::sync::{Mutex, PoisonError};

/// Where pieces of memory are copied to. It is not taken from an allocator, whose free memory is what is
/// scanned: a buffer from there would overwrite what it looks for.
static BUFFER: Mutex<[u8; 1 << 16]> = Mutex::new([0; 1 << 16]);

/// Looks for `keys` in all resident memory of this process.
///
/// ```no_run
/// # let keys = zkarena_forensics::KeySet::new(&zkarena_forensics::Patterns::new());
/// // the keys are read before the proof, so that the set takes no memory the proof gave back
/// println!("{}", zkarena_forensics::scan_own_memory(&keys)?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # What it does not see
/// - Registers, and what other threads write meanwhile: an observer from outside sees all of it.
/// - Its copy of the piece it looks at, which is left out and then wiped; all else of its own is scanned. The
///   keys are masked.
/// - What its own few allocations, the text of `/proc/self/smaps` above all, have overwritten.
///
/// # Errors
/// If `/proc` or the kernel refuses.
pub fn scan_own_memory(keys: &KeySet) -> io::Result<Findings> {
    Ok(scanned(keys)?.finish())
}

/// Leaves out what is in the memory of this process while there is no witness yet: constants of a program
/// that a trace has, too, are no secrets.
///
/// # Errors
/// As for [`scan_own_memory`].
pub fn without_constants(keys: KeySet) -> io::Result<KeySet> {
    let seen = scanned(&keys)?.into_seen();
    Ok(keys.without(&seen))
}

fn scanned(keys: &KeySet) -> io::Result<Scanner<'_>> {
    let mut buffer = BUFFER.lock().unwrap_or_else(PoisonError::into_inner);
    let start = buffer.as_ptr().addr() as u64;
    let own = start..start + buffer.len() as u64;
    let memory = Memory::open("self")?;
    let mut scanner = Scanner::new(keys);
    for mapping in mappings("self", &stacks())? {
        let class = mapping.class;
        memory.pieces(&mapping, &mut buffer[..], |at, piece| match piece {
            Err(bytes) => scanner.unreadable(bytes),
            Ok(piece) => {
                // What lies before the buffer, and what lies behind it.
                let end = at + piece.len() as u64;
                for (from, to) in [(at, end.min(own.start)), (at.max(own.end), end)] {
                    if let Some(part) = part(piece, at, from, to) {
                        scanner.feed(class, from, part);
                    }
                }
            }
        });
    }
    buffer.fill(0);
    std::hint::black_box(&mut *buffer);
    Ok(scanner)
}

/// The bytes at `from..to` of a piece that lies at `at`.
fn part(piece: &[u8], at: u64, from: u64, to: u64) -> Option<&[u8]> {
    let index = |address: u64| usize::try_from(address.checked_sub(at)?).ok();
    piece
        .get(index(from)?..index(to)?)
        .filter(|part| !part.is_empty())
}

/// Stack pointers of all threads that wait, as the kernel tells them, and of this one.
fn stacks() -> Vec<u64> {
    let here = 0u8;
    let own = std::ptr::from_ref(&here).addr() as u64;
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let pointer = |task: std::fs::DirEntry| {
        let call = std::fs::read_to_string(task.path().join("syscall")).ok()?;
        let pointer = call.split_whitespace().rev().nth(1)?;
        u64::from_str_radix(pointer.strip_prefix("0x")?, 16).ok()
    };
    tasks.filter_map(pointer).chain([own]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Patterns};

    const LIMBS: [u64; 4] = [
        0xfeed_0123_4567_89ab,
        0x7a6b_5c4d_3e2f_1001,
        0x1928_3746_5564_7382,
        0x0bad_cafe_d00d_f00d,
    ];

    /// Masked limbs: the test must not find its own constant.
    #[inline(never)]
    fn limb(at: usize) -> u64 {
        std::hint::black_box(!LIMBS[at])
    }

    #[test]
    fn a_planted_element_is_found_and_the_search_is_not() {
        let mut patterns = Patterns::new();
        patterns.limbs([limb(0), limb(1), limb(2), limb(3)], "planted");
        let keys = KeySet::new(&patterns);
        patterns.windows.fill(([0; 16], 0));
        drop(patterns);
        let before = scan_own_memory(&keys).expect("own memory can be read");

        let planted: Vec<u64> = (0..4).map(limb).collect();
        let planted = std::hint::black_box(planted);
        let after = scan_own_memory(&keys).expect("own memory can be read");
        let block = |findings: &Findings| {
            let classes = [Class::Heap, Class::Anonymous];
            let found = classes
                .iter()
                .filter_map(|class| findings.classes.get(class));
            found.map(|found| found.hits).sum::<u64>()
        };
        assert!(
            block(&after) >= block(&before) + 2,
            "before: {before}\nafter: {after}"
        );
        assert!(after.scanned_bytes > 1 << 20);
        drop(planted);
    }
}
