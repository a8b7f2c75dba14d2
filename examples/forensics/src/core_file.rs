//! Core files.
#![forbid(unsafe_code)]

use crate::{Class, Findings, KeySet, Scanner};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;
/// Types of segments, as in `<elf.h>`.
const LOAD: u64 = 1;
const NOTE: u64 = 4;

/// Looks for `keys` in all segments of a core file: memory, and the notes that have the registers.
///
/// # Errors
/// Those of the file; [`io::ErrorKind::InvalidData`] if it is no core file of 64 bits.
pub fn scan_core(keys: &KeySet, path: &Path) -> io::Result<Findings> {
    let file = File::open(path)?;
    let mut scanner = Scanner::new(keys);
    for segment in segments(&file)? {
        scan(&mut scanner, &file, &segment)?;
    }
    Ok(scanner.finish())
}

/// A part of the file, and where it lay in memory.
struct Segment {
    class: Class,
    offset: u64,
    address: u64,
    bytes: u64,
}

fn scan(scanner: &mut Scanner<'_>, file: &File, segment: &Segment) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    let mut done = 0;
    while done < segment.bytes {
        let len = (segment.bytes - done).min(PIECE as u64);
        let piece = &mut buffer[..usize::try_from(len).map_err(io::Error::other)?];
        file.read_exact_at(piece, segment.offset + done)?;
        scanner.feed(segment.class, segment.address + done, piece);
        done += len;
    }
    Ok(())
}

fn segments(file: &File) -> io::Result<Vec<Segment>> {
    let header = Fields::read(file, 0, 64)?;
    let (magic, kind) = (header.number(0, 6), header.number(16, 2));
    // 0x7f, "ELF", 64 bits, little endian; a core file.
    if magic != 0x0102_464c_457f || kind != 4 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let (table, entry) = (header.number(32, 8), header.number(54, 2));
    let count = match header.number(56, 2) {
        // More than fit: the first section says how many.
        0xffff => Fields::read(file, header.number(40, 8), 64)?.number(44, 4),
        count => count,
    };
    let mut segments = Vec::new();
    for number in 0..count {
        let fields = Fields::read(file, table + number * entry, 56)?;
        let class = match fields.number(0, 4) {
            LOAD => Class::Core,
            NOTE => Class::CoreNotes,
            _ => continue,
        };
        segments.push(Segment {
            class,
            offset: fields.number(8, 8),
            address: fields.number(16, 8),
            bytes: fields.number(32, 8),
        });
    }
    Ok(segments)
}

/// Little-endian numbers in a file.
struct Fields(Vec<u8>);

impl Fields {
    fn read(file: &File, at: u64, len: usize) -> io::Result<Self> {
        let mut bytes = vec![0; len];
        file.read_exact_at(&mut bytes, at)?;
        Ok(Self(bytes))
    }

    fn number(&self, at: usize, bytes: usize) -> u64 {
        let number = self.0[at..at + bytes].iter().rev();
        number.fold(0, |number, &byte| number << 8 | u64::from(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Patterns;
    use std::fs;

    const LIMBS: [u64; 4] = [
        0x0102_0304_0506_0708,
        0x1112_1314_1516_1718,
        0x2122_2324_2526_2728,
        1,
    ];

    /// A core file with one note and one page at 0x4000.
    fn core(note: &[u8], memory: &[u8]) -> Vec<u8> {
        let mut file = vec![0u8; 64];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (file[16], file[32], file[54], file[56]) = (4, 64, 56, 2);
        let mut offset = 64 + 2 * 56;
        for (kind, address, part) in [(4u32, 0u64, note), (1, 0x4000, memory)] {
            file.extend(kind.to_le_bytes());
            file.extend([0; 4]);
            for number in [offset, address, 0, part.len() as u64, part.len() as u64, 0] {
                file.extend(number.to_le_bytes());
            }
            offset += part.len() as u64;
        }
        file.extend(note);
        file.extend(memory);
        file
    }

    #[test]
    fn memory_and_notes_are_scanned() {
        let mut patterns = Patterns::new();
        patterns.limbs(LIMBS, "");
        let keys = KeySet::new(&patterns);
        let element: Vec<u8> = LIMBS.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        let mut memory = vec![0; 100];
        memory[33..65].copy_from_slice(&element);

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("core");
        fs::write(&path, core(&element, &memory)).expect("a file");
        let findings = scan_core(&keys, &path).expect("a core file");
        assert_eq!(
            findings.classes[&Class::CoreNotes].hits,
            findings.classes[&Class::Core].hits
        );
        assert_eq!(findings.classes[&Class::Core].first[0], "0x4021");
        fs::write(
            &path,
            "no core file, but long enough to have a header of sixty-four bytes",
        )
        .expect("a file");
        assert!(scan_core(&keys, &path).is_err());
    }
}
