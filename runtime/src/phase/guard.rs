//! Opening and ending a phase.
#![forbid(unsafe_code)]

use super::Site;
use super::current;
use super::ledger::{self, Ended};
use super::retention;
use super::slots::{self, NOBODY, Tag};
use crate::os::{self, Faults};
use crate::spans::RAM;
use std::marker::PhantomData;
use std::panic::Location;

/// An open phase; ends when dropped: on return, on `?`, and on a panic that unwinds.
///
/// Belongs to the thread that opened it. Forgetting it leaves the phase open and harms nothing else.
#[derive(Debug)]
#[must_use = "a phase lasts as long as its guard; bind it to a name, not to `_`"]
pub struct PhaseGuard {
    /// `None`: too many phases are open or this one is nested too deep, so it is only counted.
    tag: Option<Tag>,
    started: Started,
    not_send: PhantomData<*const ()>,
}

#[derive(Clone, Copy, Debug)]
struct Started {
    at_ns: u64,
    faults: Faults,
    trimmed: u64,
}

impl Started {
    fn now() -> Self {
        Self {
            faults: os::faults(),
            trimmed: RAM.trimmed_bytes(),
            at_ns: os::now_ns(),
        }
    }
}

impl PhaseGuard {
    /// Opens a phase inside the one that the calling thread opened or entered, or as a root.
    pub fn open(site: &Site) -> Self {
        ledger::register_fork_handlers();
        let tag = begin(site);
        if tag.is_none() {
            ledger::count_untracked();
        }
        let started = Started::now();
        ledger::epoch_ns(started.at_ns);
        Self {
            tag,
            started,
            not_send: PhantomData,
        }
    }
}

fn begin(site: &Site) -> Option<Tag> {
    let parent = slots::nearest_open(current::own());
    let tag = slots::open(parent)?;
    let node = current::untracked(|| ledger::node(slots::node(parent), site));
    slots::set_node(tag, node);
    if parent == NOBODY {
        current::root_opened(tag);
    } else {
        current::nested_opened(parent, tag);
    }
    current::set_own(tag);
    Some(tag)
}

impl Drop for PhaseGuard {
    fn drop(&mut self) {
        if let Some(tag) = self.tag {
            slots::close(tag);
            end(tag, &self.started);
            slots::free(tag);
        }
    }
}

/// Ends a phase whose slot was just closed: survivors go to the phase around it, retention acts, the report is filed.
fn end(tag: Tag, started: &Started) {
    let ended_ns = os::now_ns();
    let outer = slots::nearest_open(tag);
    if current::own() == tag {
        current::set_own(outer);
    }
    current::ended(tag, outer);
    let counts = slots::counts(tag);
    let survivors = RAM.retag(tag, outer, counts.live_blocks);
    if slots::is_root(tag) {
        retention::root_ended(counts.high_water, ended_ns - started.at_ns);
    }
    let Faults { minor, major } = os::faults();
    let ended = Ended {
        node: slots::node(tag).unwrap_or_default(),
        depth: slots::depth(tag),
        started_ns: started.at_ns,
        wall_ns: ended_ns - started.at_ns,
        counts,
        largest_survivor: survivors.largest_bytes as u64,
        minor_faults: minor.saturating_sub(started.faults.minor),
        major_faults: major.saturating_sub(started.faults.major),
        trimmed: RAM.trimmed_bytes().saturating_sub(started.trimmed),
        pages: RAM.page_policy(),
    };
    current::untracked(|| ledger::file(ended));
}

/// Runs `f` in a phase called `name` and ends the phase when `f` returns or panics.
///
/// Phases nest and may be open on several threads at once. Memory allocated in a phase is
/// *attributed* to it, not tied to it: values may outlive the phase, move to other threads, or sit
/// in statics; what outlives it is reported as a survivor.
///
/// ```
/// let columns = zkarena::phase("trace", || vec![0u32; 1 << 20]);
/// assert_eq!(columns.len(), 1 << 20);
/// let report = zkarena::report();
/// assert!(report.phases().iter().any(|phase| phase.name == "trace"));
/// ```
///
/// # Panics
/// Only if `f` does; the phase ends first.
#[track_caller]
pub fn phase<R>(name: &'static str, f: impl FnOnce() -> R) -> R {
    let caller = Location::caller();
    let site = Site::new(name, "", caller.file(), caller.line());
    let guard = PhaseGuard::open(&site);
    let result = f();
    drop(guard);
    result
}

/// Names a phase for threads that should take part in it.
///
/// What worker threads allocate is counted in the process's phase as long as only one root phase is
/// open. A program that runs several at once and wants exact figures, or opens phases on workers
/// and wants them nested, hands each worker the tag of its phase:
///
/// ```
/// use zkarena::PhaseTag;
/// zkarena::phase("prove", || {
///     let tag = PhaseTag::current();
///     std::thread::scope(|scope| {
///         scope.spawn(move || tag.enter(|| vec![1u8; 1 << 20].len()));
///     });
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseTag(Tag);

impl PhaseTag {
    /// The calling thread's current phase; outside of any phase, a tag that changes nothing.
    pub fn current() -> Self {
        Self(current::current())
    }

    /// Runs `f` with the calling thread's allocations counted in this phase, as long as it is open.
    ///
    /// # Panics
    /// Only if `f` does; the thread leaves the phase first.
    pub fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        let tag = match slots::nearest_open(self.0) {
            NOBODY => current::own(),
            open => open,
        };
        let _left = Leave(current::set_own(tag));
        f()
    }
}

/// Puts a thread's phase back, also when unwinding.
struct Leave(Tag);

impl Drop for Leave {
    fn drop(&mut self) {
        current::set_own(self.0);
    }
}
