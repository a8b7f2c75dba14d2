//! The mappings of a process.
#![forbid(unsafe_code)]

use crate::Class;
use std::fs;
use std::io;
use std::ops::Range;

/// Addresses that are mapped alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) range: Range<u64>,
    pub(crate) class: Class,
    pub(crate) writable: bool,
    /// Whether any page is backed, by memory or by swap.
    pub(crate) backed: bool,
}

/// The mappings of process `pid` (or `self`), in order; `stacks` are addresses that lie in stacks.
///
/// # Errors
/// If `/proc` does not tell.
pub(crate) fn mappings(pid: &str, stacks: &[u64]) -> io::Result<Vec<Mapping>> {
    let smaps = fs::read_to_string(format!("/proc/{pid}/smaps"))?;
    let mut mappings = parse(&smaps);
    for mapping in &mut mappings {
        if stacks.iter().any(|stack| mapping.range.contains(stack)) {
            mapping.class = Class::Stack;
        }
    }
    Ok(mappings)
}

fn parse(smaps: &str) -> Vec<Mapping> {
    let mut mappings: Vec<Mapping> = Vec::new();
    for line in smaps.lines() {
        if let Some(mapping) = header(line) {
            mappings.push(mapping);
        } else if let Some(last) = mappings.last_mut() {
            detail(last, line);
        }
    }
    mappings
}

/// A line like `7f00-7f01 rw-p 00000000 00:00 0  [stack]`.
fn header(line: &str) -> Option<Mapping> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let range = u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?;
    let writable = fields.next()?.contains('w');
    let class = match fields.nth(3) {
        None => Class::Anonymous,
        Some("[heap]") => Class::Heap,
        Some(name) if name.starts_with("[stack") => Class::Stack,
        Some(name) if name.starts_with("[anon") => Class::Anonymous,
        Some(name) if name.starts_with('[') => Class::Kernel,
        Some(_) => Class::File,
    };
    Some(Mapping {
        range,
        class,
        writable,
        backed: false,
    })
}

/// A line like `Rss:  4 kB` or `VmFlags: rd wr dd wf`.
fn detail(mapping: &mut Mapping, line: &str) {
    let mut words = line.split_whitespace();
    match words.next() {
        Some("Rss:" | "Swap:") => mapping.backed |= words.next() != Some("0"),
        Some("VmFlags:") if mapping.class == Class::Anonymous => {
            let flags: Vec<&str> = words.collect();
            if flags.contains(&"dd") && flags.contains(&"wf") {
                mapping.class = Class::Witness;
            }
        }
        _ => (),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMAPS: &str = "\
00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/prover
Size:                328 kB
Rss:                   4 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
01e00000-01e21000 rw-p 00000000 00:00 0           [heap]
Rss:                   0 kB
Swap:                  0 kB
VmFlags: rd wr mr mw me ac
7f0000000000-7f0000200000 rw-p 00000000 00:00 0
Rss:                2048 kB
VmFlags: rd wr mr mw me dd wf hg
7f0000300000-7f0000400000 rw-p 00000000 00:00 0
Swap:                 12 kB
VmFlags: rd wr mr mw me ac
7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0   [stack]
Rss:                  12 kB
VmFlags: rd wr mr mw me gd ac
7ffd00100000-7ffd00104000 r--p 00000000 00:00 0   [vvar]
VmFlags: rd mr pf io de dd
";

    #[test]
    fn classes_and_backing_are_told() {
        let told: Vec<_> = parse(SMAPS)
            .into_iter()
            .map(|mapping| (mapping.class, mapping.backed))
            .collect();
        let wanted = [
            (Class::File, true),
            (Class::Heap, false),
            (Class::Witness, true),
            (Class::Anonymous, true),
            (Class::Stack, true),
            (Class::Kernel, false),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn stacks_of_threads_are_recognised() {
        let local = 0u8;
        let address = std::ptr::from_ref(&local).addr() as u64;
        let own = mappings("self", &[address]).expect("there is /proc");
        let stack = own
            .iter()
            .find(|mapping| mapping.range.contains(&address))
            .expect("it is mapped");
        assert_eq!(stack.class, Class::Stack);
        assert!(stack.backed && stack.writable);
    }
}
