//! `RollbackLog`: records that can be taken back.
#![forbid(unsafe_code)]

use super::checkpoint::{Closing, Opened};
use super::frame::{Reverting, within};
use super::segments::Segments;
use super::{Checkpoint, CheckpointError};
use crate::error::AllocError;
use crate::owners::Home;
use std::fmt;

/// A log that only grows, except that a rollback cuts it off where it was: events, messages, refunds.
///
/// ```
/// use zkarena::{RollbackLog, with_phase};
///
/// with_phase(|phase| {
///     let mut events = RollbackLog::new_in(*phase);
///     events.push("call");
///     let failed = events.frame(|events| {
///         events.push("transfer");
///         Err::<(), _>("out of gas")
///     });
///     assert_eq!(failed, Err("out of gas"));
///     assert!(events.iter().eq(&["call"]));
/// });
/// ```
///
/// Records stay where they are: a log of unknown length takes blocks of up to 128 KiB, and doubles
/// nothing. It lies in the arena of the handle, and is wiped with it.
///
/// # What it does not do
/// A record is changed or taken out by nothing but a rollback, which drops the last record first. It is filled by one
/// thread at a time.
pub struct RollbackLog<'ph, T> {
    records: Segments<'ph, T>,
    opened: Opened<'ph, usize>,
}

impl<'ph, T> RollbackLog<'ph, T> {
    /// An empty log; takes no memory yet.
    pub fn new_in(home: impl Into<Home<'ph>>) -> Self {
        let home = home.into();
        Self {
            records: Segments::new_in(home),
            opened: Opened::new_in(home),
        }
    }

    /// An empty log with a block for `capacity` records.
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_with_capacity_in(
        capacity: usize,
        home: impl Into<Home<'ph>>,
    ) -> Result<Self, AllocError> {
        let home = home.into();
        Ok(Self {
            records: Segments::with_capacity_in(capacity, home)?,
            opened: Opened::new_in(home),
        })
    }

    /// As [`try_with_capacity_in`](Self::try_with_capacity_in).
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    pub fn with_capacity_in(capacity: usize, home: impl Into<Home<'ph>>) -> Self {
        let made = Self::try_with_capacity_in(capacity, home);
        made.unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// Appends a record.
    ///
    /// # Panics
    /// If memory is refused; see [`try_push`](Self::try_push).
    #[inline]
    #[track_caller]
    pub fn push(&mut self, record: T) {
        if let Err(refused) = self.try_push(record) {
            panic!("{refused}");
        }
    }

    /// As [`push`](Self::push).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory; the record is dropped then.
    #[inline]
    pub fn try_push(&mut self, record: T) -> Result<(), AllocError> {
        self.records.try_push(record)
    }

    /// How many records there are.
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record at `index`, counted from the first.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.records.get(index)
    }

    /// The latest record.
    pub fn last(&self) -> Option<&T> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The records, the first first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.records.iter()
    }

    /// The records since a checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this log.
    pub fn since(
        &self,
        checkpoint: &Checkpoint,
    ) -> Result<impl DoubleEndedIterator<Item = &T> + ExactSizeIterator, CheckpointError> {
        let at = self.opened.find(checkpoint)?;
        Ok(self.records.since(*self.opened.marks(at)))
    }

    /// A moment to roll back to.
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    pub fn checkpoint(&mut self) -> Checkpoint {
        self.opened.open(self.records.len())
    }

    /// Keeps the records since. Checkpoints that were taken after this one are committed with it.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this log; nothing happens then.
    pub fn commit(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        let at = self.opened.use_up(checkpoint)?;
        self.opened.close(at, Closing::Commit).for_each(drop);
        Ok(())
    }

    /// Drops the records since. Checkpoints that were taken after this one are closed with it.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this log; nothing happens then.
    pub fn rollback(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        let at = self.opened.use_up(checkpoint)?;
        let len = self.opened.close(at, Closing::Rollback).last();
        self.records.truncate(len.unwrap_or(self.len()));
        Ok(())
    }

    /// Runs `body`: its records stay if it returns `Ok`, and go if it returns `Err` or panics.
    ///
    /// # Errors
    /// That of the body.
    ///
    /// # Panics
    /// If memory is refused, or the body closes a checkpoint from before, or puts another log in place of this
    /// one.
    #[track_caller]
    pub fn frame<R, E>(&mut self, body: impl FnOnce(&mut Self) -> Result<R, E>) -> Result<R, E> {
        within(self, |log| log, body)
    }
}

impl<T> Reverting<()> for RollbackLog<'_, T> {
    fn checkpoint(&mut self) -> Checkpoint {
        Self::checkpoint(self)
    }

    fn commit(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        Self::commit(self, checkpoint)
    }

    fn rollback(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        Self::rollback(self, checkpoint)
    }
}

/// Without the content: the records may be secrets.
impl<T> fmt::Debug for RollbackLog<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.len();
        f.debug_struct("RollbackLog")
            .field("len", &len)
            .finish_non_exhaustive()
    }
}
