//! Settings from the environment: read without an allocation, as some are read inside the first one
//! of the process.
#![forbid(unsafe_code)]

use crate::os;
use std::ffi::CStr;
use std::fmt::{self, Write};

/// A setting as read, or what was expected instead.
pub(crate) type Read<T> = Result<T, &'static str>;

/// Puts the value of a variable in the place of a setting. One that cannot be understood is one line
/// on standard error and changes nothing.
pub(crate) fn override_with<T>(name: &'static CStr, setting: &mut T, read: fn(&str) -> Read<T>) {
    let value = os::env(name, |bytes| {
        let text = std::str::from_utf8(bytes).map_err(|_| "expected plain text");
        text.and_then(|text| read(text.trim()))
            .map_err(|expected| complain(name, bytes, expected))
    });
    if let Some(Ok(value)) = value {
        *setting = value;
    }
}

/// The value of a variable for who can be told what is wrong with it: its text and what was expected instead.
pub(crate) fn value_of<T>(
    name: &'static CStr,
    read: fn(&str) -> Read<T>,
) -> Option<Result<T, (String, &'static str)>> {
    os::env(name, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        read(text.trim()).map_err(|expected| (text.into_owned(), expected))
    })
}

/// Says on standard error what is wrong with a variable.
pub(crate) fn complain(name: &CStr, value: &[u8], expected: &str) {
    let mut line = Line::new();
    let name = name.to_str().unwrap_or_default();
    let value = value.get(..64).unwrap_or(value).escape_ascii();
    // A line that is too long is cut; there is nobody to tell.
    let _ = writeln!(
        line,
        "zkarena: {name}={value}: {expected}; using the default"
    );
    os::write_stderr(line.text());
}

/// A line of text without an allocation.
struct Line {
    bytes: [u8; 512],
    len: usize,
}

impl Line {
    const fn new() -> Self {
        Self {
            bytes: [0; 512],
            len: 0,
        }
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = &mut self.bytes[self.len..];
        let taken = text.len().min(room.len());
        room[..taken].copy_from_slice(&text.as_bytes()[..taken]);
        self.len += taken;
        Ok(())
    }
}
