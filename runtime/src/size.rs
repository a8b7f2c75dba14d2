//! Byte sizes, read and written as people do: `512MiB`, `1.5 GiB`, `4096`.
#![forbid(unsafe_code)]

use std::fmt;

/// A number of bytes that prints in binary units.
///
/// ```
/// use zkarena::Bytes;
/// assert_eq!(Bytes(1536 << 10).to_string(), "1.5 MiB");
/// assert_eq!(Bytes::parse("1.5MiB"), Ok(Bytes(1536 << 10)));
/// assert_eq!(Bytes::parse("4096"), Ok(Bytes(4096)));
/// assert!(Bytes::parse("12 parsecs").is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

/// Why a text is not a byte size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseBytesError {
    /// There is no number at the start.
    Number,
    /// The unit is none of `B`, `KiB`, `MiB`, `GiB`, `TiB` (or `k`, `m`, `g`, `t`).
    Unit,
    /// The size does not fit in 64 bits.
    TooLarge,
}

impl fmt::Display for ParseBytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for ParseBytesError {}

impl ParseBytesError {
    /// The reason as a fixed text: printing it needs no allocation.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Number => "a byte size starts with a number, such as 512MiB",
            Self::Unit => "the unit of a byte size is one of B, KiB, MiB, GiB, TiB",
            Self::TooLarge => "the byte size does not fit in 64 bits",
        }
    }
}

impl Bytes {
    /// That many bytes.
    pub(crate) const fn of(bytes: usize) -> Self {
        Self(bytes as u64)
    }

    /// Reads `"512MiB"`, `"1.5 GiB"`, `"64k"` or plain bytes; units are powers of 1024, in any case.
    ///
    /// Never allocates, so the allocator can read its environment with it.
    ///
    /// # Errors
    /// [`ParseBytesError`] says which part of the text is wrong.
    pub fn parse(text: &str) -> Result<Self, ParseBytesError> {
        let text = text.trim();
        let split = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        scale(number, unit_shift(unit.trim())?)
    }
}

/// `number` (digits, perhaps with a fraction) times two to the `shift`.
fn scale(number: &str, shift: u32) -> Result<Bytes, ParseBytesError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().map_err(|_| number_error(whole))?;
    let bytes = u128::from(whole) << shift;
    let part = if fraction.is_empty() {
        0
    } else {
        fraction_of(fraction, shift)?
    };
    u64::try_from(bytes + part)
        .map(Bytes)
        .map_err(|_| ParseBytesError::TooLarge)
}

fn number_error(digits: &str) -> ParseBytesError {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        ParseBytesError::Number
    } else {
        ParseBytesError::TooLarge
    }
}

/// The bytes that the digits after the point stand for, rounded down.
fn fraction_of(digits: &str, shift: u32) -> Result<u128, ParseBytesError> {
    if digits.len() > 9 {
        return Err(ParseBytesError::TooLarge);
    }
    let part: u64 = digits.parse().map_err(|_| ParseBytesError::Number)?;
    let scale = 10u128.pow(u32::try_from(digits.len()).unwrap_or(9));
    Ok((u128::from(part) << shift) / scale)
}

fn unit_shift(unit: &str) -> Result<u32, ParseBytesError> {
    const UNITS: [(&[&str], u32); 5] = [
        (&["", "b"], 0),
        (&["k", "kb", "kib"], 10),
        (&["m", "mb", "mib"], 20),
        (&["g", "gb", "gib"], 30),
        (&["t", "tb", "tib"], 40),
    ];
    UNITS
        .iter()
        .find(|(names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(unit)))
        .map(|&(_, shift)| shift)
        .ok_or(ParseBytesError::Unit)
}

impl std::str::FromStr for Bytes {
    type Err = ParseBytesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [
            (1 << 40, "TiB"),
            (1 << 30, "GiB"),
            (1 << 20, "MiB"),
            (1 << 10, "KiB"),
        ];
        let Some((unit, name)) = UNITS.into_iter().find(|&(unit, _)| self.0 >= unit) else {
            return f.pad(&format!("{} B", self.0));
        };
        #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
        let value = self.0 as f64 / unit as f64;
        let digits = usize::from(value < 10.0 && !self.0.is_multiple_of(unit));
        f.pad(&format!("{value:.digits$} {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_in_any_case() {
        for text in [
            "64k",
            "64K",
            "64KiB",
            "64 kib",
            "65536",
            "65536B",
            "0.0625MiB",
        ] {
            assert_eq!(Bytes::parse(text), Ok(Bytes(65_536)), "{text}");
        }
    }

    #[test]
    fn wrong_texts_say_why() {
        for (text, why) in [
            ("", ParseBytesError::Number),
            ("MiB", ParseBytesError::Number),
            ("-1", ParseBytesError::Unit),
            ("1.2.3", ParseBytesError::Number),
            ("12 parsecs", ParseBytesError::Unit),
            ("99999999999999999999", ParseBytesError::TooLarge),
            ("18446744073709551615 KiB", ParseBytesError::TooLarge),
        ] {
            assert_eq!(Bytes::parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn printed_with_two_digits_at_least() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (683 << 20, "683 MiB"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Bytes::parse(&text);
        }

        #[test]
        fn plain_numbers_are_bytes(bytes: u64) {
            prop_assert_eq!(Bytes::parse(&bytes.to_string()), Ok(Bytes(bytes)));
        }
    }
}
