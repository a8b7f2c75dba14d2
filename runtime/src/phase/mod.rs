//! Phases: spans of prover work that are measured, bounded and reported.

mod guard;
mod ledger;
mod report;
mod retention;
mod site;
mod slots;

pub use guard::{phase, PhaseGuard, PhaseTag};
pub(crate) use report::allocator_is_off;
pub use report::{report, AllocatorState, PhaseReport, Report, SiteReport, Survivors, TimelinePoint};
pub use retention::{retention, set_retention, trim, Retention};
pub use site::Site;
pub(crate) use slots::{charge, credit, current, resize, Tag};
