//! Opening and ending a phase.
#![forbid(unsafe_code)]

use super::Site;
use super::current;
use super::faults;
use super::ledger::{self, Ended};
use super::lowmem::{self, Lowmem};
use super::retention;
use super::shard::{Core, Owner};
use super::slots::{self, NOBODY, Tag};
use super::traced::Traced;
use super::witness;
use super::{Phase, Plan};
use crate::error::{AllocError, Cause};
use crate::os::{self, Faults};
use crate::spans::{FILE, LocksRequired, RAM, WITNESS};
use crate::store::{self, StoreError, StoreUse};
use std::fmt;
use std::panic::Location;

/// An open phase; ends when dropped: on return, on `?`, and on a panic that unwinds.
///
/// Belongs to the thread that opened it; its [handle](Self::handle) goes everywhere. Forgetting it
/// leaves the phase open, keeps its memory, and harms nothing else.
///
/// ```
/// use zkarena::{PhaseGuard, Plan, site};
///
/// let prove = PhaseGuard::root(site!("prove"), Plan::new());
/// let out = prove.handle();
/// let evals = {
///     let fft = PhaseGuard::child(out, site!("fft"), Plan::new());
///     let twiddles = fft.handle().copy(&[1u32, 4, 16]);
///     out.vec_from(twiddles) // the result lives in the outer phase
/// };
/// assert_eq!(evals[..], [1, 4, 16]);
/// ```
#[must_use = "a phase lasts as long as its guard; bind it to a name, not to `_`"]
pub struct PhaseGuard<'parent> {
    // In this order: what the arenas hold goes back before the phase's books are closed.
    memory: Owner<'parent>,
    _measured: Measured,
}

impl PhaseGuard<'static> {
    /// Opens a phase whose memory is part of no other phase.
    ///
    /// In the reports it stands inside the phase that the calling thread opened or entered last.
    ///
    /// # Panics
    /// If memory is refused; see [`try_root`](Self::try_root).
    #[inline]
    #[track_caller]
    pub fn root(site: &Site, plan: Plan) -> Self {
        Self::try_root(site, plan).unwrap_or_else(|error| cannot_open(site, error))
    }

    /// As [`root`](Self::root).
    ///
    /// # Errors
    /// [`AllocError`] if what the plan reserves is more than its budget, or is not to be had.
    #[inline]
    pub fn try_root(site: &Site, plan: Plan) -> Result<Self, AllocError> {
        Self::start(site, plan, current::own(), None)
    }

    /// As [`root`](Self::root), with nothing reserved and no budget.
    ///
    /// # Panics
    /// If memory for the books of the phase is refused.
    #[inline]
    #[track_caller]
    pub fn open(site: &Site) -> Self {
        Self::root(site, Plan::new())
    }
}

impl<'parent> PhaseGuard<'parent> {
    /// Opens a phase inside another one: its memory counts in the other's budget, and goes back before.
    ///
    /// In the reports it stands inside the phase that the calling thread opened last, if that one is
    /// inside `parent` too, and else directly inside `parent`.
    ///
    /// # Panics
    /// If memory is refused; see [`try_child`](Self::try_child).
    #[inline]
    #[track_caller]
    pub fn child(parent: Phase<'parent>, site: &Site, plan: Plan) -> Self {
        Self::try_child(parent, site, plan).unwrap_or_else(|error| cannot_open(site, error))
    }

    /// As [`child`](Self::child).
    ///
    /// # Errors
    /// [`AllocError`] if what the plan reserves is more than a budget allows, or is not to be had.
    #[inline]
    pub fn try_child(parent: Phase<'parent>, site: &Site, plan: Plan) -> Result<Self, AllocError> {
        let core = parent.core();
        Self::start(
            site,
            plan,
            slots::innermost(current::own(), core.tag()),
            Some(core),
        )
    }

    fn start(
        site: &Site,
        plan: Plan,
        around: Tag,
        parent: Option<&'parent Core>,
    ) -> Result<Self, AllocError> {
        if plan.strict {
            // Ahead of the phase, in which nothing could be allocated if this fails.
            current::untracked(|| WITNESS.prove_protection())?;
        }
        lowmem::prepare(plan, around)?;
        let mut measured = Measured::open(site, around, plan);
        // What a phase without a slot holds is counted with the phase around it, as are those inside.
        let tag = measured.tag.unwrap_or(slots::nearest_open(around));
        if plan.witness {
            witness::prove_routing(tag)?;
        }
        if measured.tag.is_none() && plan.lowmem.is_some_and(Lowmem::requires_file) {
            return Err(AllocError::new(0, Cause::TooManyPhases));
        }
        let strict = || plan.strict || parent.is_some_and(Core::is_strict);
        if witness::any_open() && slots::is_secret(tag) && strict() {
            measured.locks = Some(LocksRequired::new());
        }
        let memory = Owner::open(site.place.name, tag, plan, parent)?;
        Ok(Self {
            memory,
            _measured: measured,
        })
    }

    /// The handle to allocate with; it cannot outlive the guard.
    #[inline]
    pub fn handle(&self) -> Phase<'_> {
        Phase::of(self.memory.core())
    }

    /// Ends the phase, and tells whether the blocks of library code were whole: see [`Lowmem`].
    ///
    /// # Errors
    /// [`StoreError::Lost`] if content of theirs is gone, in this phase or before: somebody cut the file, or its
    /// disk failed. What was lost reads zero, so what was made of it may be wrong.
    pub fn finish(self) -> Result<(), StoreError> {
        drop(self);
        if store::is_lost() {
            Err(StoreError::Lost)
        } else {
            Ok(())
        }
    }

    /// Frees everything that was allocated in the phase, and goes on with warm memory: each thread
    /// with the chunk it was cutting from, the opening one with what the plan reserved.
    ///
    /// ```compile_fail
    /// # use zkarena::{PhaseGuard, Plan, site};
    /// let mut guard = PhaseGuard::root(site!("round"), Plan::new());
    /// let kept = guard.handle().alloc(1);
    /// guard.reset(); // error: `kept` still borrows from the phase
    /// *kept += 1;
    /// ```
    pub fn reset(&mut self) {
        self.memory.reset();
    }
}

impl fmt::Debug for PhaseGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhaseGuard")
            .field("phase", &self.handle())
            .finish_non_exhaustive()
    }
}

#[cold]
#[track_caller]
fn cannot_open(site: &Site, error: AllocError) -> ! {
    panic!("phase `{}` cannot open: {error}", site.place.name)
}

/// The part of a guard that counts and times.
struct Measured {
    /// `None`: too many phases are open or this one is nested too deep, so it is only counted.
    tag: Option<Tag>,
    /// Everything in it is a secret, and nothing around it is.
    outermost_secret: bool,
    /// The phase that the thread was in.
    before: Tag,
    started: Started,
    /// It has a policy of its own for large blocks.
    lowmem: bool,
    /// Where everything is a secret and the phase is strict.
    locks: Option<LocksRequired>,
    traced: Traced,
}

#[derive(Clone, Copy, Debug)]
struct Started {
    at_ns: u64,
    faults: Faults,
    trimmed: u64,
}

impl Started {
    fn now() -> Self {
        let at_ns = os::now_ns();
        Self {
            faults: faults::recent(at_ns),
            trimmed: RAM.trimmed_bytes(),
            at_ns,
        }
    }
}

impl Measured {
    fn open(site: &Site, around: Tag, plan: Plan) -> Self {
        ledger::register_fork_handlers();
        let traced = Traced::open(site);
        if plan.witness {
            WITNESS.open_default();
        }
        let before = current::own();
        let tag = begin(site, around, plan);
        if tag.is_none() {
            ledger::count_untracked();
        }
        let own_policy = plan.lowmem.filter(|_| tag.is_some());
        own_policy.inspect(|&policy| lowmem::opened(policy));
        let asked = plan.witness || witness::any_open();
        let outermost = tag.filter(|&tag| asked && slots::is_outermost_secret(tag));
        outermost.inspect(|&tag| witness::outermost_opened(tag));
        let started = Started::now();
        ledger::epoch_ns(started.at_ns);
        Self {
            tag,
            outermost_secret: outermost.is_some(),
            before,
            started,
            lowmem: own_policy.is_some(),
            locks: None,
            traced,
        }
    }
}

fn begin(site: &Site, around: Tag, plan: Plan) -> Option<Tag> {
    let parent = slots::nearest_open(around);
    let tag = slots::open(parent, plan.witness, plan.lowmem)?;
    let node = ledger::node(slots::node(parent), site);
    slots::set_node(tag, node);
    if parent == NOBODY {
        current::root_opened(tag);
    } else {
        current::nested_opened(parent, tag);
    }
    current::set_own(tag);
    store::watch(slots::number(tag));
    Some(tag)
}

impl Drop for Measured {
    fn drop(&mut self) {
        if let Some(tag) = self.tag {
            if self.outermost_secret {
                witness::outermost_ends(tag, self.started.at_ns);
            }
            slots::close(tag);
            if current::own() == tag {
                // Not the phase around this one: a worker that opened a child was in no phase of its own.
                current::set_own(slots::nearest_open(self.before));
            }
            end(tag, &self.started, &self.traced);
            slots::free(tag);
            if self.outermost_secret {
                witness::outermost_ended();
            }
            if self.lowmem {
                lowmem::ended();
            }
        }
    }
}

/// Ends a phase whose slot was just closed: survivors go to the phase around it, retention acts, the report is filed.
fn end(tag: Tag, started: &Started, traced: &Traced) {
    let ended_ns = os::now_ns();
    let outer = slots::nearest_open(tag);
    current::ended(tag, outer);
    let counts = slots::counts(tag);
    let survivors = RAM.retag(tag, outer, counts.live_blocks);
    let others = counts.live_blocks - survivors.blocks;
    let secret = WITNESS.retag(tag, outer, others);
    let filed = FILE.retag(tag, outer, others - secret.blocks);
    let found = [survivors, secret, filed].map(|found| found.largest_bytes);
    let largest_survivor = found.into_iter().max().unwrap_or_default() as u64;
    if slots::is_root(tag) {
        retention::root_ended(counts.high_water, started.at_ns, ended_ns);
    }
    let Faults { minor, major } = if ended_ns - started.at_ns < faults::RESOLUTION_NS {
        started.faults
    } else {
        faults::now(ended_ns)
    };
    let ended = Ended {
        node: slots::node(tag).unwrap_or_default(),
        depth: slots::depth(tag),
        started_ns: started.at_ns,
        wall_ns: ended_ns - started.at_ns,
        counts,
        largest_survivor,
        minor_faults: minor.saturating_sub(started.faults.minor),
        major_faults: major.saturating_sub(started.faults.major),
        trimmed: RAM.trimmed_bytes().saturating_sub(started.trimmed),
        stores: stored(tag),
        pages: RAM.page_policy(),
    };
    traced.record(&ended);
    ledger::file(ended);
}

/// What stores did in a phase, if they did anything.
fn stored(tag: Tag) -> Option<Box<StoreUse>> {
    let used = store::watched(slots::number(tag))?;
    current::untracked(|| Some(Box::new(used)))
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
