//! Frames: a closure whose changes stay if it returns `Ok`.
#![forbid(unsafe_code)]

use super::checkpoint::Closing;
use super::{Checkpoint, CheckpointError};

/// What has checkpoints of domain `D`.
pub trait Reverting<D> {
    /// Opens one.
    fn checkpoint(&mut self) -> Checkpoint<D>;
    /// Keeps what has changed since.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not open here.
    fn commit(&mut self, checkpoint: Checkpoint<D>) -> Result<(), CheckpointError>;
    /// Takes back what has changed since.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not open here.
    fn rollback(&mut self, checkpoint: Checkpoint<D>) -> Result<(), CheckpointError>;
}

/// Rolls back when it is dropped: also if the body panics.
struct Frame<'a, D, O, R: Reverting<D>> {
    owner: &'a mut O,
    state: fn(&mut O) -> &mut R,
    checkpoint: Option<Checkpoint<D>>,
}

impl<D, O, R: Reverting<D>> Drop for Frame<'_, D, O, R> {
    fn drop(&mut self) {
        if let Some(checkpoint) = self.checkpoint.take() {
            // The body panics: what is wrong with the checkpoint, too, is no news.
            _ = (self.state)(self.owner).rollback(checkpoint);
        }
    }
}

impl<D, O, R: Reverting<D>> Frame<'_, D, O, R> {
    /// # Panics
    /// If the body has closed the frame by an outer checkpoint, or has put another state in its place: its changes
    /// are then not what the frame promises.
    #[track_caller]
    fn end(mut self, how: Closing) {
        let Some(checkpoint) = self.checkpoint.take() else {
            return;
        };
        let state = (self.state)(self.owner);
        let ended = match how {
            Closing::Commit => state.commit(checkpoint),
            Closing::Rollback => state.rollback(checkpoint),
        };
        if let Err(error) = ended {
            panic!("a frame was closed from inside: {error}");
        }
    }
}

/// Runs the body between a checkpoint of `state(owner)` and its end.
///
/// # Errors
/// That of the body, whose changes are taken back.
///
/// # Panics
/// If memory is refused, or the body closes a checkpoint from outside or exchanges the state for another.
#[track_caller]
pub fn within<D, O, R: Reverting<D>, T, E>(
    owner: &mut O,
    state: fn(&mut O) -> &mut R,
    body: impl FnOnce(&mut O) -> Result<T, E>,
) -> Result<T, E> {
    let checkpoint = Some(state(owner).checkpoint());
    let frame = Frame {
        owner,
        state,
        checkpoint,
    };
    let result = body(frame.owner);
    frame.end(if result.is_ok() {
        Closing::Commit
    } else {
        Closing::Rollback
    });
    result
}
