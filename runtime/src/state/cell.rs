//! `RollbackCell`: one value that can be taken back.
#![forbid(unsafe_code)]

use super::checkpoint::{Closing, Opened};
use super::frame::{Reverting, within};
use super::{Checkpoint, CheckpointError};
use crate::owners::Home;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A value that becomes again what it was when a frame fails: a gas counter, a program counter.
///
/// ```
/// use zkarena::{RollbackCell, with_phase};
///
/// with_phase(|phase| {
///     let mut gas = RollbackCell::new_in(100_u32, *phase);
///     let failed = gas.frame(|gas| {
///         **gas -= 60;
///         gas.checked_sub(50).ok_or("out of gas")
///     });
///     assert_eq!((failed, *gas), (Err("out of gas"), 100));
/// });
/// ```
///
/// A checkpoint keeps a clone of the value, in the arena of the handle; the value itself is where the
/// cell is.
///
/// # What it does not do
/// It wipes no value that lies on the stack, and moves nothing that a value owns into the arena: it is for small
/// values.
pub struct RollbackCell<'ph, T> {
    value: T,
    opened: Opened<'ph, T>,
}

impl<'ph, T: Clone> RollbackCell<'ph, T> {
    /// A value without checkpoints.
    pub fn new_in(value: T, home: impl Into<Home<'ph>>) -> Self {
        let opened = Opened::new_in(home.into());
        Self { value, opened }
    }

    /// The value as it is now.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// What the value was at a checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this cell.
    pub fn at(&self, checkpoint: &Checkpoint) -> Result<&T, CheckpointError> {
        let at = self.opened.find(checkpoint)?;
        Ok(self.opened.marks(at))
    }

    /// A moment to roll back to.
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    pub fn checkpoint(&mut self) -> Checkpoint {
        self.opened.open(self.value.clone())
    }

    /// Keeps the value. Checkpoints that were taken after this one are committed with it.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this cell; nothing happens then.
    pub fn commit(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        let at = self.opened.use_up(checkpoint)?;
        self.opened.close(at, Closing::Commit).for_each(drop);
        Ok(())
    }

    /// Makes the value what it was. Checkpoints that were taken after this one are closed with it.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this cell; nothing happens then.
    pub fn rollback(&mut self, checkpoint: Checkpoint) -> Result<(), CheckpointError> {
        let at = self.opened.use_up(checkpoint)?;
        if let Some(value) = self.opened.close(at, Closing::Rollback).last() {
            self.value = value;
        }
        Ok(())
    }

    /// Runs `body`: the value stays if it returns `Ok`, and is what it was if it returns `Err` or panics.
    ///
    /// # Errors
    /// That of the body.
    ///
    /// # Panics
    /// If memory is refused, or the body closes a checkpoint from before, or puts another cell in place of this
    /// one.
    #[track_caller]
    pub fn frame<R, E>(&mut self, body: impl FnOnce(&mut Self) -> Result<R, E>) -> Result<R, E> {
        within(self, |cell| cell, body)
    }
}

impl<T: Clone> Reverting<()> for RollbackCell<'_, T> {
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

impl<T> Deref for RollbackCell<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for RollbackCell<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Without the content: the value may be a secret.
impl<T> fmt::Debug for RollbackCell<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checkpoints = self.opened.len();
        f.debug_struct("RollbackCell")
            .field("checkpoints", &checkpoints)
            .finish_non_exhaustive()
    }
}
