//! Which statement is proved, how large it may be, and what memory it takes.

use std::fmt;
use std::str::FromStr;

use p3_field::TwoAdicField;

use crate::config::{LOG_BLOWUP, Val};
use crate::{blake3, estimate, keccak, poseidon2};

/// Which hash function a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Keccak-f\[1600\], committed with a Keccak Merkle tree. One permutation takes 24 rows.
    Keccak,
    /// Poseidon2 over `KoalaBear`, committed with a Poseidon2 Merkle tree. Eight permutations in
    /// each row.
    Poseidon2,
    /// The BLAKE3 compression function, committed with a Keccak Merkle tree. One permutation in
    /// each row.
    Blake3,
}

impl Kind {
    /// Every kind, in the order of the tables of this repository.
    pub const ALL: [Self; 3] = [Self::Keccak, Self::Poseidon2, Self::Blake3];

    /// The name on command lines and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keccak => "keccak",
            Self::Poseidon2 => "poseidon2",
            Self::Blake3 => "blake3",
        }
    }

    /// The size of the published measurements, as a base-2 logarithm of rows: about a second for
    /// each proof on two cores.
    pub const fn measured_log_rows(self) -> usize {
        match self {
            Self::Keccak | Self::Poseidon2 => 15,
            Self::Blake3 => 13,
        }
    }

    /// Trace columns.
    pub const fn columns(self) -> usize {
        match self {
            Self::Keccak => keccak::COLUMNS,
            Self::Poseidon2 => poseidon2::COLUMNS,
            Self::Blake3 => blake3::COLUMNS,
        }
    }

    /// The smallest `log_rows`: two rows, or one permutation if that takes more.
    pub const fn min_log_rows(self) -> usize {
        match self {
            Self::Keccak => keccak::MIN_LOG_ROWS,
            Self::Poseidon2 => poseidon2::MIN_LOG_ROWS,
            Self::Blake3 => blake3::MIN_LOG_ROWS,
        }
    }

    /// The largest `log_rows` whose LDE still fits the two-adic subgroup of the field.
    pub const fn max_log_rows(self) -> usize {
        Val::TWO_ADICITY - LOG_BLOWUP
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

/// A name that is no [`Kind`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no statement `{0}`; choose keccak, poseidon2 or blake3")]
pub struct UnknownKind(String);

/// A size that a statement cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Not even one permutation fits, or there is only one row.
    #[error("2^{log_rows} rows are too few for {kind}; use at least 2^{min}")]
    TooSmall {
        /// The statement asked for.
        kind: Kind,
        /// The size asked for.
        log_rows: usize,
        /// The least valid size.
        min: usize,
    },
    /// The field has no evaluation domain for the LDE.
    #[error("2^{log_rows} rows are too many for {kind}; use at most 2^{max}")]
    TooLarge {
        /// The statement asked for.
        kind: Kind,
        /// The size asked for.
        log_rows: usize,
        /// The greatest valid size.
        max: usize,
    },
}

/// "I know preimages of so many hashes": a [`Kind`] and a trace height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    kind: Kind,
    log_rows: usize,
}

impl Statement {
    /// A statement of `2^log_rows` trace rows.
    ///
    /// # Errors
    /// [`SizeError`] below [`Kind::min_log_rows`] and above [`Kind::max_log_rows`].
    pub const fn new(kind: Kind, log_rows: usize) -> Result<Self, SizeError> {
        let (min, max) = (kind.min_log_rows(), kind.max_log_rows());
        if log_rows < min {
            return Err(SizeError::TooSmall {
                kind,
                log_rows,
                min,
            });
        }
        if log_rows > max {
            return Err(SizeError::TooLarge {
                kind,
                log_rows,
                max,
            });
        }
        Ok(Self { kind, log_rows })
    }

    /// The hash function it is about.
    pub const fn kind(self) -> Kind {
        self.kind
    }

    /// The base-2 logarithm of the trace height.
    pub const fn log_rows(self) -> usize {
        self.log_rows
    }

    /// The memory one proof needs at its peak, in bytes: an estimate, within 5 % of the peak RSS
    /// under glibc from 2^10 rows on. The formula and its sources are in `estimate.rs`.
    pub const fn estimated_peak_bytes(self) -> u64 {
        estimate::peak_bytes(self.kind.columns(), self.log_rows)
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "2^{} rows of {}", self.log_rows, self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert!("sha1".parse::<Kind>().is_err());
    }

    #[test]
    fn sizes_out_of_range_are_refused() {
        for kind in Kind::ALL {
            let (min, max) = (kind.min_log_rows(), kind.max_log_rows());
            assert!(Statement::new(kind, min).is_ok());
            assert!(Statement::new(kind, max).is_ok());
            assert!(matches!(
                Statement::new(kind, max + 1),
                Err(SizeError::TooLarge { .. })
            ));
            assert!(matches!(
                Statement::new(kind, min - 1),
                Err(SizeError::TooSmall { .. })
            ));
        }
        assert!(Statement::new(Kind::Keccak, usize::MAX).is_err());
    }
}
