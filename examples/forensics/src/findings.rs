//! What a scan found.
#![forbid(unsafe_code)]

use crate::Class;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Addresses that are kept of each class.
const FIRST: usize = 4;

/// The result of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Places at which a window of a pattern lies.
    pub hits: u64,
    /// Different patterns among them.
    pub distinct: u64,
    /// Patterns that were looked for.
    pub patterns: u64,
    /// Names of the [named](crate::Patterns::limbs) values of which a window was found.
    pub named: Vec<String>,
    /// By kind of place.
    pub classes: BTreeMap<Class, ClassFindings>,
    /// Bytes that were looked at.
    pub scanned_bytes: u64,
    /// Resident bytes that could not be read.
    pub unreadable_bytes: u64,
}

/// What was found in one kind of place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassFindings {
    /// As [`Findings::hits`].
    pub hits: u64,
    /// The first few addresses, in hexadecimal; of registers, the thread and the offset in its dump.
    pub first: Vec<String>,
}

impl Findings {
    /// Counts a hit.
    pub(crate) fn count(&mut self, class: Class, place: impl FnOnce() -> String) {
        self.hits += 1;
        let of_class = self.classes.entry(class).or_default();
        of_class.hits += 1;
        if of_class.first.len() < FIRST {
            of_class.first.push(place());
        }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hits, distinct, .. } = self;
        let mib = self.scanned_bytes >> 20;
        write!(
            f,
            "{hits} hits, {distinct} of {} patterns, in {mib} MiB",
            self.patterns
        )?;
        if !self.named.is_empty() {
            write!(f, "; found: {}", self.named.join(", "))?;
        }
        for (class, found) in &self.classes {
            write!(
                f,
                "\n  {class:<10} {:>9}  at {}",
                found.hits,
                found.first.join(" ")
            )?;
        }
        Ok(())
    }
}
