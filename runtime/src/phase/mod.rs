//! Phases: spans of prover work that are measured, bounded and reported.

mod current;
mod faults;
mod growth;
mod guard;
mod handle;
mod ledger;
mod lowmem;
mod participants;
mod plan;
mod report;
mod reserved;
mod retention;
mod shard;
mod site;
mod slots;
mod traced;
mod traces;
mod watcher;
mod witness;

pub(crate) use current::current;
pub use growth::Growth;
pub use guard::{PhaseGuard, PhaseTag, phase};
pub use handle::{ArenaStats, Local, Phase, PhaseStats, ScopedPhase, with_phase};
pub(crate) use ledger::{file_trace, register_fork_handlers};
pub use lowmem::{Lowmem, LowmemStats, Prefer, check_library_file};
pub(crate) use lowmem::{give_ram, lowmem, refused, take_ram, uses_ram, went_beyond};
pub use plan::Plan;
pub(crate) use report::allocator_started;
pub use report::{
    AllocatorState, PhaseReport, Report, SiteReport, StoreReport, Survivors, TimelinePoint,
    WitnessStats, report,
};
#[cfg(feature = "metrics")]
pub(crate) use report::{Family, Kind, Labels, each_family};
pub use reserved::{Bound, ReservationReport};
pub use retention::{Retention, retention, set_retention, trim};
pub(crate) use shard::abandoned_by_thread;
pub use site::Site;
pub(crate) use slots::{Tag, charge, credit, resize};
pub use traces::TraceReport;
pub use witness::{ThreadWipe, wipe_thread};
pub(crate) use witness::{is_in_secret, secret_tag};
