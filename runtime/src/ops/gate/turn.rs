//! A place in the queue.
#![forbid(unsafe_code)]

use super::Shared;
use super::refusal::NotAdmitted;
use super::state::State;
use crate::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// A place in the queue, given up when dropped.
pub(super) struct Turn<'g> {
    shared: &'g Shared,
    number: u64,
    bytes: u64,
}

impl<'g> Turn<'g> {
    pub(super) fn queue(shared: &'g Shared, bytes: u64) -> Result<Self, NotAdmitted> {
        let number = shared.state().queue(bytes, &shared.settings)?;
        Ok(Self {
            shared,
            number,
            bytes,
        })
    }

    /// Blocks until the bytes are taken, or the time is over.
    pub(super) fn wait(&self, at_most: Duration) -> Result<(), NotAdmitted> {
        let settings = &self.shared.settings;
        let until = Instant::now().checked_add(at_most);
        let mut state = self.shared.state();
        while !state.advance(self.number, settings)? {
            let Some(woken) = sleep(self.shared, state, until) else {
                let mut state = self.shared.state();
                return Err(state.give_up(self.number, self.bytes, settings));
            };
            state = woken;
        }
        Ok(())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.shared.state().leave(self.number);
        self.shared.changed.notify_all(); // the next is first now
    }
}

/// Waits for a change; `None` once the time is over. Without an end it waits for ever.
pub(super) fn sleep<'s>(
    shared: &Shared,
    state: MutexGuard<'s, State>,
    until: Option<Instant>,
) -> Option<MutexGuard<'s, State>> {
    let Some(until) = until else {
        let woken = shared.changed.wait(state);
        return Some(woken.unwrap_or_else(PoisonError::into_inner));
    };
    let left = until.checked_duration_since(Instant::now())?;
    let (state, _) = shared
        .changed
        .wait_timeout(state, left)
        .unwrap_or_else(PoisonError::into_inner);
    Some(state)
}
