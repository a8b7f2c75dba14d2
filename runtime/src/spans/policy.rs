//! Which pages back the heap.
#![forbid(unsafe_code)]

use super::table::{offset, Span};
use super::Opened;
use crate::layout::bytes_of;
use crate::os::{self, Advice};
use crate::region::Region;
use crate::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// Which pages the kernel should back the heap with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PagePolicy {
    /// Measure, then choose.
    #[default]
    Auto,
    /// Pages of the base size.
    Small,
    /// Huge pages where the kernel has them.
    Huge,
}

#[derive(Debug)]
pub(super) struct Pages {
    policy: AtomicU8,
    populate: AtomicUsize,
}

impl Pages {
    pub(super) const fn new() -> Self {
        Self { policy: AtomicU8::new(0), populate: AtomicUsize::new(0) }
    }
    pub(super) fn set(&self, policy: PagePolicy) {
        self.policy.store(policy as u8, Ordering::Relaxed);
        let p = os::env(c"ZKARENA_POPULATE", |v| std::str::from_utf8(v).ok().and_then(|v| crate::size::Bytes::parse(v).ok()).map_or(0, |b| b.0 as usize)).unwrap_or(0);
        self.populate.store(p, Ordering::Relaxed);
    }
    pub(super) fn in_force(&self) -> PagePolicy {
        match self.policy.load(Ordering::Relaxed) { 1 => PagePolicy::Small, 2 => PagePolicy::Huge, _ => PagePolicy::Auto }
    }
    pub(super) fn committed(&self, region: &Region, before: usize) {
        let now = region.committed();
        let advice = if self.policy.load(Ordering::Relaxed) == PagePolicy::Huge as u8 { Advice::Huge } else { Advice::Small };
        if let Some(start) = region.at(before) {
            if now > before { os::advise(start, now - before, advice); }
        }
    }
    #[inline]
    pub(super) fn before_use(&self, parts: &Opened, span: Span) {
        let step = self.populate.load(Ordering::Relaxed);
        if step == 0 || bytes_of(span.pages) < 64 << 10 { return; }
        for run in parts.touched.runs(span, false) {
            let Some(start) = parts.region.at(offset(run.first)) else { return };
            os::advise(start, bytes_of(run.pages), Advice::Populate);
        }
    }
}
