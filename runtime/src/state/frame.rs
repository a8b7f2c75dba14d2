//! Frames: a closure whose changes stay if it returns `Ok`.
#![forbid(unsafe_code)]

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
            // One that is not open any more went with an outer one, which the body closed.
            _ = (self.state)(self.owner).rollback(checkpoint);
        }
    }
}

impl<D, O, R: Reverting<D>> Frame<'_, D, O, R> {
    /// # Panics
    /// If the body has put another state in place of the one that it was given.
    #[track_caller]
    fn commit(mut self) {
        let Some(checkpoint) = self.checkpoint.take() else {
            return;
        };
        if let Err(error @ CheckpointError::Foreign) = (self.state)(self.owner).commit(checkpoint) {
            panic!("{error}");
        }
    }
}

/// Runs the body between a checkpoint of `state(owner)` and its end.
///
/// # Errors
/// That of the body, whose changes are taken back.
///
/// # Panics
/// If memory is refused, or the body exchanges the state for another.
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
    let value = body(frame.owner)?;
    frame.commit();
    Ok(value)
}
