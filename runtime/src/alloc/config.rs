//! Settings of the allocator: from its builder, overridden by the environment.
//!
//! Runs inside the very first allocation of the process, so nothing here may allocate.
#![forbid(unsafe_code)]

use crate::os;
use crate::phase::Retention;
use crate::size::Bytes;
use crate::spans::{PagePolicy, RESERVE};
use std::ffi::CStr;
use std::fmt::{self, Write};

/// What the builder of [`PhaseAlloc`](super::PhaseAlloc) sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) on: bool,
    pub(super) min_bytes: usize,
    pub(super) pages: PagePolicy,
    pub(super) retention: Retention,
    pub(super) reserve: usize,
}

/// Blocks below this are never routed to the heap: a span is at least a page.
pub(super) const LEAST_MIN_BYTES: usize = 1 << 10;

impl Config {
    pub(super) const DEFAULT: Self = Self {
        on: true,
        min_bytes: 4 << 10,
        pages: PagePolicy::Auto,
        retention: Retention::UntilIdle,
        reserve: RESERVE,
    };

    /// These settings, with those of the environment in their place. A variable that cannot be
    /// understood is one line on standard error and changes nothing.
    pub(super) fn with_environment(mut self) -> Self {
        override_with(c"ZKARENA", &mut self.on, switch);
        override_with(c"ZKARENA_MIN_BYTES", &mut self.min_bytes, min_bytes);
        override_with(c"ZKARENA_PAGES", &mut self.pages, pages);
        override_with(c"ZKARENA_RETAIN", &mut self.retention, retain);
        override_with(c"ZKARENA_RESERVE", &mut self.reserve, reserve);
        self
    }
}

/// A setting as read, or what was expected instead.
type Read<T> = Result<T, &'static str>;

fn override_with<T>(name: &'static CStr, setting: &mut T, read: fn(&str) -> Read<T>) {
    let value = os::env(name, |bytes| {
        let text = std::str::from_utf8(bytes).map_err(|_| "expected plain text");
        text.and_then(|text| read(text.trim()))
            .map_err(|expected| complain(name, bytes, expected))
    });
    if let Some(Ok(value)) = value {
        *setting = value;
    }
}

fn switch(text: &str) -> Read<bool> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("expected `on` or `off`"),
    }
}

fn pages(text: &str) -> Read<PagePolicy> {
    match text {
        "auto" => Ok(PagePolicy::Auto),
        "small" => Ok(PagePolicy::Small),
        "huge" => Ok(PagePolicy::Huge),
        _ => Err("expected `auto`, `small` or `huge`"),
    }
}

fn retain(text: &str) -> Read<Retention> {
    match text {
        "idle" => Ok(Retention::UntilIdle),
        "all" => Ok(Retention::Retain),
        "trim" => Ok(Retention::Trim),
        _ => bytes(text)
            .map(Retention::Budget)
            .map_err(|_| "expected `idle`, `all`, `trim` or a size such as `512MiB`"),
    }
}

fn bytes(text: &str) -> Read<usize> {
    let Bytes(bytes) = Bytes::parse(text).map_err(super::super::size::ParseBytesError::reason)?;
    usize::try_from(bytes).map_err(|_| "expected a size that fits in the address space")
}

fn min_bytes(text: &str) -> Read<usize> {
    bytes(text).and_then(|bytes| {
        if bytes >= LEAST_MIN_BYTES {
            Ok(bytes)
        } else {
            Err("expected at least `1KiB`")
        }
    })
}

fn reserve(text: &str) -> Read<usize> {
    bytes(text).and_then(|bytes| {
        if bytes >= 1 << 20 {
            Ok(bytes)
        } else {
            Err("expected at least `1MiB`")
        }
    })
}

/// Says on standard error what is wrong with a variable.
fn complain(name: &CStr, value: &[u8], expected: &str) {
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
