//! Phases: spans of prover work that are measured, bounded and reported.
#![forbid(unsafe_code)]

mod current;
mod guard;
mod ledger;
mod report;
mod retention;
mod site;
mod slots;
mod watcher;

pub(crate) use current::current;
pub use guard::{PhaseGuard, PhaseTag, phase};
pub(crate) use report::allocator_started;
pub use report::{
    AllocatorState, PhaseReport, Report, SiteReport, Survivors, TimelinePoint, report,
};
pub use retention::{Retention, retention, set_retention, trim};
pub use site::Site;
pub(crate) use slots::{Tag, charge, credit, resize};
