//! What has changed since a checkpoint.
#![forbid(unsafe_code)]

use super::states::States;
use super::{Checkpoint, CheckpointError, KeyedState, Logs, RollbackDomain};
use crate::owners::PVec;
use std::fmt;

/// A key whose fields have changed, and may have changed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a, S: KeyedState> {
    /// The key.
    pub key: &'a S::Key,
    /// The fields at the checkpoint; those of outer domains as they are now.
    pub before: S,
    /// The fields now.
    pub after: S,
}

/// What [`States::changes_since`] returns: the keys in the order in which they came.
pub struct Changes<'a, 'ph, S: KeyedState> {
    states: &'a States<'ph, S>,
    /// Entries and what they were, by number: one block, which gives its room in the arena back when it is
    /// dropped.
    before: PVec<'ph, (u32, S::Packed)>,
    next: usize,
}

impl<'ph, S: KeyedState> States<'ph, S> {
    /// The keys of which a field of domain `D`, or of a domain inside it, has changed since. One whose fields
    /// are again what they were is among them.
    ///
    /// ```
    /// # use zkarena::{CheckpointError, Home, KeyedState};
    /// #[derive(KeyedState)]
    /// #[state(key = u32, domains(frame))]
    /// struct Account {
    ///     #[state(rollback = frame)]
    ///     balance: u64,
    /// }
    ///
    /// let mut accounts = AccountStates::new_in(Home::Heap);
    /// accounts.entry(1).replace_balance(5);
    /// let frame = accounts.checkpoint::<AccountFrame>();
    /// accounts.entry(1).replace_balance(7);
    /// for change in accounts.changes_since(&frame)? {
    ///     assert_eq!((change.key, change.before.balance, change.after.balance), (&1, 5, 7));
    /// }
    /// accounts.commit(frame)?;
    /// # Ok::<(), CheckpointError>(())
    /// ```
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this state.
    ///
    /// # Panics
    /// If memory is refused for a copy of the entry of each change.
    #[track_caller]
    pub fn changes_since<D: RollbackDomain<State = S>>(
        &self,
        checkpoint: &Checkpoint<D>,
    ) -> Result<Changes<'_, 'ph, S>, CheckpointError> {
        let (level, marks) = self.marks_of(checkpoint)?;
        let mut changes = 0;
        self.logs().changed(marks, level, &mut |_| changes += 1);
        let mut before = PVec::new_in(self.home());
        before.reserve_exact(changes);
        self.logs().changed(marks, level, &mut |number| {
            before.push((number, *self.packed(number)));
        });
        before.sort_unstable_by_key(|copy| copy.0);
        before.dedup_by_key(|copy| copy.0);
        self.logs().put_back_copies(marks, level, &mut before);
        Ok(Changes {
            states: self,
            before,
            next: 0,
        })
    }
}

impl<'a, S: KeyedState> Iterator for Changes<'a, '_, S> {
    type Item = Change<'a, S>;

    fn next(&mut self) -> Option<Change<'a, S>> {
        let (number, before) = self.before.get(self.next)?;
        self.next += 1;
        let now = self.states.packed(*number);
        Some(Change {
            key: S::key(now),
            before: S::unpacked(before),
            after: S::unpacked(now),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.before.len() - self.next;
        (left, Some(left))
    }
}

impl<S: KeyedState> ExactSizeIterator for Changes<'_, '_, S> {}

/// Without the content: a state may be a secret.
impl<S: KeyedState> fmt::Debug for Changes<'_, '_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.len();
        f.debug_struct("Changes")
            .field("left", &left)
            .finish_non_exhaustive()
    }
}
