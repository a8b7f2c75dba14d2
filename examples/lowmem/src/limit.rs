//! A part of the reference's memory.
#![forbid(unsafe_code)]

use serde::{Serialize, Serializer};
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

/// Limits are whole pages.
const PAGE: u64 = 4096;

/// `1/8`: one of so many equal parts of what the reference takes.
/// Less of it is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Limit(NonZeroU64);

impl Limit {
    /// One of `parts` parts.
    ///
    /// # Panics
    /// There have to be some.
    pub(crate) const fn one_of(parts: u64) -> Self {
        match NonZeroU64::new(parts) {
            Some(parts) => Self(parts),
            None => panic!("no parts"),
        }
    }

    /// Bytes of it, in whole pages.
    pub(crate) const fn of(self, peak: u64) -> u64 {
        peak / self.0.get() / PAGE * PAGE
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1/{}", self.0)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl FromStr for Limit {
    type Err = NoLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.strip_prefix("1/").and_then(|parts| parts.parse().ok());
        parts.map(Self).ok_or(NoLimit)
    }
}

/// A limit, or the word `none`.
///
/// # Errors
/// [`NoLimit`].
pub(crate) fn or_none(text: &str) -> Result<Option<Limit>, NoLimit> {
    match text {
        "none" => Ok(None),
        part => part.parse().map(Some),
    }
}

/// A text that is no [`Limit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a limit is a part of the memory in RAM, such as 1/8, or none")]
pub(crate) struct NoLimit;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_pages() {
        let limit: Limit = "1/8".parse().expect("a part");
        assert_eq!(limit.of(80_000), 8192);
        assert_eq!(limit.to_string(), "1/8");
    }

    #[test]
    fn other_texts_are_no_parts() {
        for text in ["", "8", "1/0", "2/3", "1/-8", "1/x", "1/"] {
            assert_eq!(or_none(text), Err(NoLimit), "{text}");
        }
    }
}
