//! The resident memory of a process.
#![forbid(unsafe_code)]

use crate::maps::Mapping;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// Bytes of a page, as pagemap counts them on the systems this runs on.
pub(crate) const PAGE: u64 = 4096;
/// Entries of pagemap that are read at a time.
const BATCH: usize = 512;
/// Bits of a pagemap entry: in memory, in swap.
const BACKED: u64 = 0b11 << 62;

/// `/proc/PID/mem` and `/proc/PID/pagemap`.
#[derive(Debug)]
pub(crate) struct Memory {
    mem: File,
    pagemap: File,
}

impl Memory {
    /// The memory of process `pid` (or `self`).
    ///
    /// # Errors
    /// If `/proc` or the kernel refuses.
    pub(crate) fn open(pid: &str) -> io::Result<Self> {
        Ok(Self {
            mem: File::open(format!("/proc/{pid}/mem"))?,
            pagemap: File::open(format!("/proc/{pid}/pagemap"))?,
        })
    }

    /// Hands over the backed pages of a mapping, at most `buffer` at a time, with their address; `Err` has the number
    /// of bytes that could not be read.
    pub(crate) fn pieces(
        &self,
        mapping: &Mapping,
        buffer: &mut [u8],
        mut take: impl FnMut(u64, Result<&[u8], u64>),
    ) {
        if !mapping.backed {
            return;
        }
        self.backed_runs(mapping.range.clone(), &mut |run| {
            let mut at = run.start;
            while at < run.end {
                let len = (run.end - at).min(buffer.len() as u64);
                let piece =
                    &mut buffer[..usize::try_from(len).expect("at most the buffer's length")];
                match self.mem.read_exact_at(piece, at) {
                    Ok(()) => take(at, Ok(piece)),
                    Err(_) => take(at, Err(len)),
                }
                at += len;
            }
        });
    }

    /// Every run of backed pages; pages that pagemap does not tell about count as backed.
    fn backed_runs(&self, range: Range<u64>, take: &mut impl FnMut(Range<u64>)) {
        let mut run = range.start..range.start;
        let mut at = range.start;
        while at < range.end {
            let pages = ((range.end - at) / PAGE).clamp(1, BATCH as u64);
            for (page, entry) in (0..).zip(self.entries(at / PAGE, pages)) {
                let start = at + page * PAGE;
                if entry & BACKED == 0 || run.end != start {
                    if !run.is_empty() {
                        take(run.clone());
                    }
                    run = start..start;
                }
                if entry & BACKED != 0 {
                    run.end = start + PAGE;
                }
            }
            at += pages * PAGE;
        }
        if !run.is_empty() {
            take(run);
        }
    }

    fn entries(&self, first: u64, count: u64) -> impl Iterator<Item = u64> {
        let mut bytes = [0u8; 8 * BATCH];
        let count = usize::try_from(count).expect("a batch");
        if self
            .pagemap
            .read_exact_at(&mut bytes[..8 * count], first * 8)
            .is_err()
        {
            bytes.fill(0xff);
        }
        let entries: [u64; BATCH] = std::array::from_fn(|i| {
            u64::from_le_bytes(bytes[8 * i..8 * i + 8].try_into().expect("8 bytes"))
        });
        entries.into_iter().take(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::mappings;

    #[test]
    fn resident_pages_are_read_and_no_others() {
        let mut block = vec![0u8; 64 << 20];
        let start = block.as_ptr().addr();
        let touched = (32 << 20) & !4095;
        block[touched] = 0xa5;
        let within = start as u64..(start + block.len()) as u64;
        let memory = Memory::open("self").expect("own memory can be read");
        let (mut bytes, mut found) = (0, false);
        let mut buffer = vec![0; 1 << 16];
        for mapping in mappings("self", &[]).expect("there is /proc") {
            memory.pieces(&mapping, &mut buffer, |at, piece| {
                let Ok(piece) = piece else { return };
                if within.contains(&at) {
                    bytes += piece.len();
                    let place = (start + touched) as u64;
                    found |= place >= at
                        && usize::try_from(place - at).is_ok_and(|at| piece.get(at) == Some(&0xa5));
                }
            });
        }
        assert!(found);
        assert!(bytes < 16 << 20, "{bytes} of 64 MiB");
        drop(block);
    }
}
