//! Looking for keys at every byte of memory that is handed over piece by piece.
#![forbid(unsafe_code)]

use crate::patterns::WINDOW;
use crate::{Class, Findings, KeySet};

/// Bytes that are skipped at once if they are zero.
const ZERO: usize = 256;
/// Bytes of a window that may lie in the next piece.
const REST: usize = WINDOW - 1;

/// A scan under way.
#[derive(Debug)]
pub struct Scanner<'k> {
    keys: &'k KeySet,
    seen: Vec<bool>,
    findings: Findings,
    /// The last bytes of the piece before, and the address behind them.
    tail: [u8; REST],
    tail_end: Option<u64>,
}

impl<'k> Scanner<'k> {
    /// Nothing is found yet.
    pub fn new(keys: &'k KeySet) -> Self {
        let findings = Findings {
            patterns: keys.len() as u64,
            ..Findings::default()
        };
        Self {
            keys,
            seen: vec![false; keys.len()],
            findings,
            tail: [0; REST],
            tail_end: None,
        }
    }

    /// Scans `bytes`, which lie at `address`. Pieces that follow each other in memory are scanned as one.
    pub fn feed(&mut self, class: Class, address: u64, bytes: &[u8]) {
        if self.tail_end == Some(address) {
            let mut seam = [0; 2 * REST];
            let next = bytes.len().min(REST);
            seam[..REST].copy_from_slice(&self.tail);
            seam[REST..REST + next].copy_from_slice(&bytes[..next]);
            self.scan(
                class,
                address.wrapping_sub(REST as u64),
                &seam[..REST + next],
            );
        }
        self.scan(class, address, bytes);
        self.findings.scanned_bytes += bytes.len() as u64;
        self.tail_end = None;
        if let Some((_, tail)) = bytes.split_last_chunk::<REST>() {
            self.tail = *tail;
            self.tail_end = Some(address + bytes.len() as u64);
        }
    }

    /// Scans a dump of a thread's registers.
    pub fn feed_registers(&mut self, class: Class, thread: i32, bytes: &[u8]) {
        for (offset, window) in windows(bytes) {
            if let Some(position) = self.keys.find(*window) {
                self.hit(class, position, || format!("{thread}+{offset}"));
            }
        }
        self.findings.scanned_bytes += bytes.len() as u64;
    }

    /// Counts a value that was recognised by other means.
    pub(crate) fn count(&mut self, class: Class, place: impl FnOnce() -> String) {
        self.findings.count(class, place);
    }

    /// Says that `bytes` could not be read.
    pub fn unreadable(&mut self, bytes: u64) {
        self.findings.unreadable_bytes += bytes;
    }

    /// What was found.
    pub fn finish(self) -> Findings {
        let mut findings = self.findings;
        findings.distinct = self.seen.iter().filter(|seen| **seen).count() as u64;
        findings.named.sort_unstable();
        findings
    }

    /// For each window of the set, whether it was found.
    pub(crate) fn into_seen(self) -> Vec<bool> {
        self.seen
    }

    fn scan(&mut self, class: Class, address: u64, bytes: &[u8]) {
        let mut start = 0;
        while start < bytes.len() {
            let end = bytes.len().min(start + ZERO + REST);
            let block = &bytes[start..end];
            if block.iter().any(|&byte| byte != 0) {
                self.scan_block(class, address + start as u64, block);
            }
            start += ZERO;
        }
    }

    #[inline]
    fn scan_block(&mut self, class: Class, address: u64, block: &[u8]) {
        for (offset, window) in windows(block) {
            if let Some(position) = self.keys.find(*window) {
                self.hit(class, position, || {
                    format!("{:#x}", address + offset as u64)
                });
            }
        }
    }

    #[cold]
    fn hit(&mut self, class: Class, position: usize, place: impl FnOnce() -> String) {
        self.findings.count(class, place);
        self.seen[position] = true;
        if let Some(name) = self.keys.name_at(position) {
            let name = &self.keys.names()[name];
            if !self.findings.named.contains(name) {
                self.findings.named.push(name.clone());
            }
        }
    }
}

/// Every window and where it begins.
fn windows(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8; WINDOW])> {
    bytes.array_windows().enumerate()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Patterns;

    const LIMBS: [u64; 4] = [
        0x0123_4567_89ab_cdef,
        0x1f2e_3d4c_5b6a_7988,
        0x8f7e_6d5c_4b3a_2910,
        0x0a1b_2c3d_4e5f_6071,
    ];

    fn keys() -> KeySet {
        let mut patterns = Patterns::new();
        patterns.limbs(LIMBS, "r");
        KeySet::new(&patterns)
    }

    fn planted(len: usize, at: usize) -> Vec<u8> {
        let mut memory = vec![0; len];
        for (to, limb) in memory[at..at + 32].chunks_exact_mut(8).zip(LIMBS) {
            to.copy_from_slice(&limb.to_le_bytes());
        }
        memory
    }

    #[test]
    fn every_offset_is_looked_at() {
        let keys = keys();
        for at in 0..2 * ZERO {
            let mut scanner = Scanner::new(&keys);
            scanner.feed(Class::Heap, 0x1000, &planted(3 * ZERO, at));
            let findings = scanner.finish();
            assert_eq!((findings.hits, findings.distinct), (2, 2), "at {at}");
            assert_eq!(findings.named, ["r"]);
            assert_eq!(
                findings.classes[&Class::Heap].first[0],
                format!("{:#x}", 0x1000 + at)
            );
        }
    }

    #[test]
    fn seams_hide_nothing_and_count_nothing_twice() {
        let keys = keys();
        let memory = planted(200, 80);
        for cut in 60..140 {
            let mut scanner = Scanner::new(&keys);
            scanner.feed(Class::Stack, 0x1000, &memory[..cut]);
            scanner.feed(Class::Stack, 0x1000 + cut as u64, &memory[cut..]);
            assert_eq!(scanner.finish().hits, 2, "cut at {cut}");
        }
        let mut scanner = Scanner::new(&keys);
        scanner.feed(Class::Stack, 0x1000, &memory[..90]);
        scanner.feed(Class::Stack, 0x9000, &memory[90..]);
        assert_eq!(
            scanner.finish().hits,
            1,
            "a window across places that are apart is none"
        );
    }
}
