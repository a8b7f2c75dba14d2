//! Byte sizes as text, `"512MiB"`: what `zkarena::Bytes::parse` reads, read at compile time.

use crate::diagnostics::{Message, error_at};
use proc_macro2::{Literal, TokenStream, TokenTree};
use syn::LitStr;

/// Names of the units in lower case, and the power of two each of them stands for.
const UNITS: [(&[&str], u32); 5] = [
    (&["", "b"], 0),
    (&["k", "kb", "kib"], 10),
    (&["m", "mb", "mib"], 20),
    (&["g", "gb", "gib"], 30),
    (&["t", "tb", "tib"], 40),
];

/// The number of bytes that `text` stands for, as a literal in its place.
pub(crate) fn literal(text: &LitStr) -> syn::Result<TokenStream> {
    let bytes = parse(&text.value()).ok_or_else(|| error_at(text, Message::BadSize))?;
    let mut literal = Literal::u64_unsuffixed(bytes);
    literal.set_span(text.span());
    Ok(TokenTree::Literal(literal).into())
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(unit.unwrap_or(text.len()));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let shift = shift(unit.trim())?;
    let whole = u128::from(whole.parse::<u64>().ok()?) << shift;
    u64::try_from(whole + part(fraction, shift)?).ok()
}

fn shift(unit: &str) -> Option<u32> {
    let unit = unit.to_ascii_lowercase();
    UNITS
        .iter()
        .find_map(|(names, shift)| names.contains(&&*unit).then_some(*shift))
}

/// The bytes that the digits after the point stand for, rounded down.
fn part(digits: &str, shift: u32) -> Option<u128> {
    let scale = 10_u128.pow(u32::try_from(digits.len()).ok().filter(|&n| n <= 9)?);
    Some((u128::from(digits.parse::<u64>().ok()?) << shift) / scale)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn plain_bytes_and_units_of_1024() {
        assert_eq!(parse("4096"), Some(4096));
        assert_eq!(parse("512MiB"), Some(512 << 20));
        assert_eq!(parse(" 1.5 GiB "), Some(3 << 29));
        assert_eq!(parse("2TiB"), Some(2 << 40));
        assert_eq!(parse("64k"), Some(64 << 10));
    }

    #[test]
    fn what_is_no_size() {
        for text in [
            "",
            "MiB",
            "12 parsecs",
            "1.x",
            "1.2.3k",
            "-1",
            "1e3",
            "0x10",
            "99999999TiB",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
