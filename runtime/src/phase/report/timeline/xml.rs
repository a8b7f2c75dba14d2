//! Text in XML: escaped, and measured without a font.
#![forbid(unsafe_code)]

use super::super::text::visible;
use std::borrow::Cow;
use std::fmt::{self, Write};

/// Text that means itself, in elements and attributes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().map(visible).try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&apos;"),
            c => f.write_char(c),
        })
    }
}

/// Height of letters; that of the style sheet.
pub(super) const LETTERS: f64 = 12.0;

/// How wide a text is at most, in the widest of the usual fonts.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(advance).sum::<f64>() * LETTERS
}

/// Width of a character by its height.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'f' | 'r' | 't' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!'
        | '-' | '/' | '(' | ')' => 0.42,
        'm' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' | 'w' | '+' | '<' | '>' | '=' | '~' | '#' | '&' | '×' => 0.84,
        ' '..='~' | 'µ' => 0.64,
        _ => 1.3,
    }
}

/// The text, or as much of it as fits and an ellipsis.
pub(super) fn fitted(text: &str, room: f64) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let mut left = room - width("…");
    let fits = |c: &char| {
        left -= width(c.encode_utf8(&mut [0; 4]));
        left >= 0.0
    };
    Cow::Owned(text.chars().take_while(fits).chain(['…']).collect())
}
