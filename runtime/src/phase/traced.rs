//! Phases as spans of `tracing`, with the feature of that name: what they took is recorded when they end.
//!
//! A subscriber allocates. What it does is charged to nobody, and is ahead of the phase or behind it.
#![forbid(unsafe_code)]

use super::ledger::Ended;
use super::site::Site;

#[cfg(feature = "tracing")]
pub(super) use on::Traced;

#[cfg(not(feature = "tracing"))]
pub(super) use off::Traced;

#[cfg(feature = "tracing")]
mod on {
    use super::super::current::untracked;
    use super::{Ended, Site};
    use tracing::field::Empty;
    use tracing::span::EnteredSpan;

    /// The span of a phase, entered as long as it lives.
    #[derive(Debug)]
    pub(in super::super) struct Traced(Option<EnteredSpan>);

    impl Traced {
        /// The span of a phase that is about to open.
        pub(in super::super) fn open(site: &Site) -> Self {
            let place = &site.place;
            untracked(|| {
                let span = tracing::info_span!(
                    target: "zkarena",
                    "phase",
                    name = place.name,
                    file = place.file,
                    line = place.line,
                    high_water_bytes = Empty,
                    allocated_bytes = Empty,
                    survivor_bytes = Empty,
                    minor_faults = Empty,
                );
                Self(Some(span.entered()))
            })
        }

        /// What the phase took.
        pub(in super::super) fn record(&self, ended: &Ended) {
            let Some(span) = self.0.as_ref().filter(|span| !span.is_disabled()) else {
                return;
            };
            untracked(|| {
                span.record("high_water_bytes", ended.counts.high_water)
                    .record("allocated_bytes", ended.counts.bytes)
                    .record("survivor_bytes", ended.counts.live_bytes)
                    .record("minor_faults", ended.minor_faults);
            });
        }
    }

    impl Drop for Traced {
        fn drop(&mut self) {
            untracked(|| drop(self.0.take()));
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use super::{Ended, Site};

    /// No span.
    #[derive(Debug)]
    pub(in super::super) struct Traced;

    impl Traced {
        #[inline]
        pub(in super::super) fn open(_: &Site) -> Self {
            Self
        }

        #[inline]
        #[expect(clippy::unused_self, reason = "as with the feature")]
        pub(in super::super) fn record(&self, _: &Ended) {}
    }
}
