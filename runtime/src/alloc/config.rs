//! Settings of the allocator: from its builder, overridden by the environment.
//!
//! Runs inside the very first allocation of the process, so nothing here may allocate.
#![forbid(unsafe_code)]

use crate::environment::{Read, override_with};
use crate::phase::Retention;
use crate::size::Bytes;
use crate::spans::{LockPolicy, PagePolicy, RESERVE};

/// What the builder of [`PhaseAlloc`](super::PhaseAlloc) sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) on: bool,
    pub(super) min_bytes: usize,
    pub(super) pages: PagePolicy,
    pub(super) retention: Retention,
    pub(super) reserve: usize,
    pub(super) locks: LockPolicy,
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
        locks: LockPolicy::Try,
    };

    /// These settings, with those of the environment in their place. A variable that cannot be
    /// understood is one line on standard error and changes nothing.
    pub(super) fn with_environment(mut self) -> Self {
        override_with(c"ZKARENA", &mut self.on, switch);
        override_with(c"ZKARENA_MIN_BYTES", &mut self.min_bytes, min_bytes);
        override_with(c"ZKARENA_PAGES", &mut self.pages, pages);
        override_with(c"ZKARENA_RETAIN", &mut self.retention, retain);
        override_with(c"ZKARENA_RESERVE", &mut self.reserve, reserve);
        override_with(LockPolicy::VARIABLE, &mut self.locks, LockPolicy::read);
        self
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
