//! `TraceLog`.
#![forbid(unsafe_code)]

use super::books::Books;
use super::frame::Frames;
use super::kept::Kept;
use super::{Record, Records, TraceFold, TraceGate, TraceMode, TraceSkipped};
use crate::error::AllocError;
use crate::phase::Phase;
use std::fmt;
use std::panic::Location;

/// A log of records `T` in a phase that keeps them, or skips them and takes no memory.
///
/// Which of the two is decided when it is opened, by a type ([`Record`],
/// [`Skip`](crate::Skip)) or by a value ([`TraceMode`], the default), and for good: there is no setter.
/// `F` makes the [summary](Self::summary), in both modes from the same events by the same code.
///
/// A skipped log is not an empty one: it has no `records()` that somebody could take for the whole
/// truth. With [`Skip`](crate::Skip) that does not compile, with a [`TraceMode`] it is an error.
///
/// ```
/// use zkarena::{TraceFold, TraceLog, TraceMode, zk_phase};
/// # #[derive(Default)]
/// # struct Last(u64);
/// # impl TraceFold<[u64; 16]> for Last {
/// #     type Event = u64;
/// #     type Summary = u64;
/// #     fn event(record: &[u64; 16]) -> u64 { record[0] }
/// #     fn observe(&mut self, event: &u64) { self.0 = *event }
/// #     fn summary(&self) -> u64 { self.0 }
/// # }
///
/// #[zk_phase(trace(steps: [u64; 16], mode = mode, fold = Last))] // makes `steps`
/// fn run(mode: TraceMode) -> (u64, Option<u64>) {
///     for step in 0..1000 {
///         steps.push(step, |&step| [step; 16]); // the record is built if it is kept
///     }
///     let middle = steps.records().map(|records| records[500][3]);
///     (steps.summary(), middle.ok())
/// }
/// assert_eq!(run(TraceMode::Record), (999, Some(500)));
/// assert_eq!(run(TraceMode::Skip), (999, None));
/// ```
///
/// # Memory
/// Records lie in pieces in the arena of the handle, and growing copies none; of a log of some megabytes,
/// less than a fiftieth is room that no record uses. With [`reserve`](Self::reserve) they are one block. The
/// records of `phase.witness()`, and all in a witness phase, are wiped with its arena; the fold is a part
/// of this value, and lies where you put it.
///
/// What was kept and what was skipped is in the [report](crate::Report::traces) when the log is dropped; of a log
/// in a witness phase or a witness arena, nothing is.
///
/// # What it does not do
/// It is filled by one thread at a time. Take a log per thread, and order by what is in the records.
pub struct TraceLog<'ph, T, F: TraceFold<T>, M: TraceGate = TraceMode> {
    pub(super) kept: Kept<'ph, T>,
    pub(super) frames: Frames<'ph, F::Event>,
    pub(super) fold: F,
    pub(super) books: Books,
    gate: M,
}

impl<'ph, T, F: TraceFold<T>, M: TraceGate> TraceLog<'ph, T, F, M> {
    /// An empty log; takes no memory yet.
    #[track_caller]
    pub fn new_in(phase: Phase<'ph>, mode: M, fold: F) -> Self {
        Self {
            kept: Kept::new_in(phase),
            frames: Frames::new_in(phase),
            fold,
            books: Books::of::<T>(phase, mode.mode(), Location::caller()),
            gate: mode,
        }
    }

    /// Takes the next event in, and the record that is made of it if the log keeps records.
    ///
    /// The fold sees the event alone, and the record has to be one of that event: so nobody records
    /// something else than what was observed, which would make the summaries of the modes differ.
    ///
    /// # Panics
    /// If memory is refused (see [`try_push`](Self::try_push)), or if [`TraceFold::event`] of the record is
    /// not `event`.
    #[inline]
    #[track_caller]
    pub fn push(&mut self, event: F::Event, record: impl FnOnce(&F::Event) -> T) {
        if let Err(refused) = self.try_push(event, record) {
            refuse(refused);
        }
    }

    /// As [`push`](Self::push).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; nothing was observed then.
    ///
    /// # Panics
    /// If [`TraceFold::event`] of the record is not `event`.
    #[inline]
    #[track_caller]
    pub fn try_push(
        &mut self,
        event: F::Event,
        record: impl FnOnce(&F::Event) -> T,
    ) -> Result<(), AllocError> {
        match self.mode() {
            TraceMode::Record => {
                let record = record(&event);
                self.try_keep(&event, record)
            }
            TraceMode::Skip => {
                self.frames.try_make_room()?;
                self.observe(&event);
                self.frames.note(event);
                Ok(())
            }
        }
    }

    /// Keeps a record, and observes its event.
    #[inline]
    #[track_caller]
    pub(super) fn try_keep(&mut self, event: &F::Event, record: T) -> Result<(), AllocError> {
        if F::event(&record) != *event {
            another_event();
        }
        self.kept.try_push(record)?;
        self.observe(event);
        Ok(())
    }

    #[inline]
    pub(super) fn observe(&mut self, event: &F::Event) {
        self.fold.observe(event);
        self.books.events += 1;
    }

    /// Makes room for `more` records, to the record: in one piece if there are none yet. Does nothing
    /// if records are skipped.
    ///
    /// What comes beyond finds room all the same, in further pieces. How many a log had is
    /// [`events`](Self::events) of the log, or `most_records` of its [report](crate::Report::traces).
    ///
    /// # Panics
    /// If memory is refused; see [`try_reserve`](Self::try_reserve).
    #[track_caller]
    pub fn reserve(&mut self, more: usize) {
        if let Err(refused) = self.try_reserve(more) {
            refuse(refused);
        }
    }

    /// As [`reserve`](Self::reserve).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the log is as before.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), AllocError> {
        match self.mode() {
            TraceMode::Record => self.kept.try_reserve(more),
            TraceMode::Skip => Ok(()),
        }
    }

    /// What the fold made of all events so far: the same in both modes.
    pub fn summary(&self) -> F::Summary {
        self.fold.summary()
    }

    /// The fold, for what it tells beside the summary.
    pub const fn fold(&self) -> &F {
        &self.fold
    }

    /// How many events were observed, which is how many records there are, or would be.
    pub const fn events(&self) -> u64 {
        self.books.events
    }

    /// Whether the log keeps its records.
    #[inline]
    pub fn mode(&self) -> TraceMode {
        self.gate.mode()
    }
}

impl<T, F: TraceFold<T>> TraceLog<'_, T, F, Record> {
    /// The records.
    ///
    /// A log that skips them has no such method:
    ///
    /// ```compile_fail,E0599
    /// # use zkarena::{Skip, TraceFold, TraceLog};
    /// fn first<F: TraceFold<u64>>(log: &TraceLog<'_, u64, F, Skip>) -> Option<u64> {
    ///     log.records().iter().next().copied()
    /// }
    /// ```
    pub fn records(&self) -> Records<'_, T> {
        self.kept.all()
    }
}

impl<T, F: TraceFold<T>> TraceLog<'_, T, F, TraceMode> {
    /// The records, if they are kept.
    ///
    /// # Errors
    /// [`TraceSkipped`] if the mode is [`TraceMode::Skip`].
    pub fn records(&self) -> Result<Records<'_, T>, TraceSkipped> {
        match self.gate {
            TraceMode::Record => Ok(self.kept.all()),
            TraceMode::Skip => Err(TraceSkipped {
                events: self.books.events,
                opened_at: self.books.opened_at,
            }),
        }
    }
}

/// How many records and which mode; no record.
impl<T, F: TraceFold<T>, M: TraceGate> fmt::Debug for TraceLog<'_, T, F, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceLog")
            .field("mode", &self.mode())
            .field("events", &self.events())
            .finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn refuse(refused: AllocError) -> ! {
    panic!("{refused}")
}

#[cold]
#[inline(never)]
#[track_caller]
fn another_event() -> ! {
    panic!(
        "the record has another event than the one observed: a trace that is skipped would be summed up differently"
    )
}
