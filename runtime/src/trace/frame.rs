//! Frames: parts of a trace that are undone, in the open, when they fail.
#![forbid(unsafe_code)]

use super::log::refuse;
use super::{TraceFold, TraceGate, TraceLog, TraceMode, Twin};
use crate::error::AllocError;
use crate::owners::PVec;
use crate::phase::Phase;
use std::ops::Range;

/// What has to be known while frames are open.
#[derive(Debug)]
pub(super) struct Frames<'ph, E> {
    /// How many are open.
    depth: usize,
    /// Of a log with records: where frames inside the open ones failed, with their twins.
    undone: PVec<'ph, Range<usize>>,
    /// Of a log without: the events of the open frames that are not undone.
    pending: PVec<'ph, E>,
}

impl<'ph, E> Frames<'ph, E> {
    pub(super) fn new_in(phase: Phase<'ph>) -> Self {
        Self {
            depth: 0,
            undone: phase.vec(),
            pending: phase.vec(),
        }
    }

    /// Room for the next event, if it has to be remembered.
    #[inline]
    pub(super) fn try_make_room(&mut self) -> Result<(), AllocError> {
        if self.depth == 0 {
            Ok(())
        } else {
            self.pending.try_reserve(1)
        }
    }

    /// Remembers an event for as long as a frame is open, for which there is room.
    #[inline]
    pub(super) fn note(&mut self, event: E) {
        if self.depth > 0 {
            self.pending.push(event);
        }
    }
}

impl<T, F: TraceFold<T>, M: TraceGate> TraceLog<'_, T, F, M> {
    /// Runs `run`; if it fails, what it pushed stays in the log, and the twin of each record is appended,
    /// the last one first.
    ///
    /// That is how traces of virtual machines show a reverted call. The fold observes the twins in both
    /// modes. What a frame inside has undone already is not undone again.
    ///
    /// ```
    /// use zkarena::{Record, TraceFold, TraceLog, Twin, with_phase};
    ///
    /// #[derive(Clone, Copy, Debug, PartialEq)]
    /// struct Add(i64);
    /// impl Twin for Add {
    ///     fn twin(&self) -> Self { Self(-self.0) }
    /// }
    /// struct Sum(i64);
    /// impl TraceFold<Add> for Sum {
    ///     type Event = Add;
    ///     type Summary = i64;
    ///     fn event(record: &Add) -> Add { *record }
    ///     fn observe(&mut self, event: &Add) { self.0 += event.0 }
    ///     fn summary(&self) -> i64 { self.0 }
    /// }
    ///
    /// with_phase(|phase| {
    ///     let mut log = TraceLog::new_in(*phase, Record, Sum(0));
    ///     log.push(Add(1), |add| *add);
    ///     let reverted: Result<(), &str> = log.frame(|log| {
    ///         log.push(Add(2), |add| *add);
    ///         log.push(Add(3), |add| *add);
    ///         Err("out of gas")
    ///     });
    ///     assert_eq!(reverted, Err("out of gas"));
    ///     assert!(log.records().iter().map(|add| add.0).eq([1, 2, 3, -3, -2]));
    ///     assert_eq!(log.summary(), 1);
    /// });
    /// ```
    ///
    /// # Errors
    /// Those of `run`.
    ///
    /// # Panics
    /// If memory for the twins is refused, if the event of a record's twin is not the twin of its event, or if
    /// `run` puts another log in place of this one.
    ///
    /// # Memory
    /// With records: 16 bytes for each frame that failed inside another one. Without: an event for each
    /// `push` in a frame that is open. The room is used again after the outermost frame.
    ///
    /// # What it does not do
    /// A panic in `run` is no error: the frame ends without twins.
    #[track_caller]
    pub fn frame<R, E>(&mut self, run: impl FnOnce(&mut Self) -> Result<R, E>) -> Result<R, E>
    where
        T: Twin,
        F::Event: Twin,
    {
        let frame = Frame::open(self);
        let result = run(frame.log);
        frame.end(result.is_err());
        result
    }
}

impl<T: Twin, F: TraceFold<T, Event: Twin>, M: TraceGate> TraceLog<'_, T, F, M> {
    /// Appends the twins of the records from `start` on.
    #[track_caller]
    fn undo_records(&mut self, start: usize) -> Result<(), AllocError> {
        let mut at = self.kept.len();
        while at > start {
            if let Some(undone) = self.frames.undone.pop_if(|undone| undone.end == at) {
                at = undone.start;
            } else {
                at -= 1;
                self.try_push_twin(at)?;
            }
        }
        if self.frames.depth == 1 {
            return Ok(()); // nobody is left to ask
        }
        self.frames.undone.try_push(start..self.kept.len())
    }

    #[track_caller]
    fn try_push_twin(&mut self, of: usize) -> Result<(), AllocError> {
        let record = &self.kept.all()[of];
        let (twin, event) = (record.twin(), F::event(record).twin());
        self.try_keep(&event, twin)
    }

    /// Observes the twins of the events from `start` on.
    fn undo_events(&mut self, start: usize) {
        while self.frames.pending.len() > start {
            if let Some(event) = self.frames.pending.pop() {
                self.observe(&event.twin());
            }
        }
    }
}

/// A frame that is open; ends when dropped, also on unwinding.
struct Frame<'l, 'ph, T, F: TraceFold<T>, M: TraceGate> {
    log: &'l mut TraceLog<'ph, T, F, M>,
    /// How many frames are open with this one.
    depth: usize,
    /// The first record, or the first event that is remembered, of the frame.
    start: usize,
}

impl<'l, 'ph, T: Twin, F: TraceFold<T, Event: Twin>, M: TraceGate> Frame<'l, 'ph, T, F, M> {
    fn open(log: &'l mut TraceLog<'ph, T, F, M>) -> Self {
        log.frames.depth += 1;
        let start = match log.mode() {
            TraceMode::Record => log.kept.len(),
            TraceMode::Skip => log.frames.pending.len(),
        };
        let depth = log.frames.depth;
        Self { log, depth, start }
    }

    #[track_caller]
    fn end(self, undoes: bool) {
        assert!(
            self.log.frames.depth == self.depth,
            "the log of a frame was exchanged for another inside it"
        );
        if !undoes {
            return;
        }
        match self.log.mode() {
            TraceMode::Record => {
                if let Err(refused) = self.log.undo_records(self.start) {
                    refuse(refused);
                }
            }
            TraceMode::Skip => self.log.undo_events(self.start),
        }
    }
}

impl<T, F: TraceFold<T>, M: TraceGate> Drop for Frame<'_, '_, T, F, M> {
    fn drop(&mut self) {
        let frames = &mut self.log.frames;
        frames.depth = self.depth - 1;
        if frames.depth == 0 {
            frames.undone.clear();
            frames.pending.clear();
        }
    }
}
