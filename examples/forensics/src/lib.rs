//! Looks for what is left of a witness in the memory and the registers of a process.
//!
//! ```text
//! witness ── every form it can take ──> Patterns ── xor with a random mask ──> KeySet
//!                                                                                │
//!   own memory (/proc/self), another process (ptrace), a core file ── Scanner ───┴──> Findings
//!   two witnesses, no address randomisation ── Snapshot ── words that follow the witness ──> Difference
//! ```
//!
//! The crate knows no prover: a program says what its witness is, see [`Patterns`]. Memory is searched at every byte
//! offset for 16-byte windows; of what is not resident nothing is read.
//!
//! ```
//! use zkarena_forensics::{Class, KeySet, Patterns, Scanner};
//!
//! let element = [0x1122_3344_5566_7788, 0x99aa_bbcc_ddee_ff01, 0x1032_5476_98ba_dcfe, 0x0817_2635_4453_6271];
//! let mut patterns = Patterns::new();
//! patterns.limbs(element, "k");
//! let keys = KeySet::new(&patterns);
//!
//! let mut memory = vec![0; 64];
//! memory[5..13].copy_from_slice(&element[0].to_le_bytes());
//! memory[13..21].copy_from_slice(&element[1].to_le_bytes());
//! let mut scanner = Scanner::new(&keys);
//! scanner.feed(Class::Heap, 0x1000, &memory);
//! assert_eq!(scanner.finish().hits, 1);
//! ```
#![deny(unsafe_code)]

mod class;
mod findings;
mod halves;
mod helper;
mod keys;
mod patterns;
mod scanner;

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod core_file;
#[cfg(target_os = "linux")]
mod difference;
#[cfg(target_os = "linux")]
mod maps;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod own;
#[cfg(target_os = "linux")]
mod registers;
#[cfg(target_os = "linux")]
mod stopped;

pub use class::Class;
pub use findings::{ClassFindings, Findings};
pub use helper::answer;
pub use keys::{KeySet, Mask};
pub use patterns::Patterns;
pub use scanner::Scanner;

#[cfg(target_os = "linux")]
pub use child::{Child, ChildError, Launch};
#[cfg(target_os = "linux")]
pub use core_file::scan_core;
#[cfg(target_os = "linux")]
pub use difference::{Difference, Place, Snapshot};
#[cfg(target_os = "linux")]
pub use own::{scan_own_memory, without_constants};
#[cfg(target_os = "linux")]
pub use stopped::Stopped;
