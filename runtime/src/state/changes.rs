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
    /// What the entries were. In front of the numbers, behind which they lie: dropped in this order, both give
    /// their room in the arena back.
    before: PVec<'ph, S::Packed>,
    /// The entries, ascending.
    numbers: PVec<'ph, u32>,
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
    /// If memory is refused for a copy of those entries, and for four bytes for each change.
    #[track_caller]
    pub fn changes_since<D: RollbackDomain<State = S>>(
        &self,
        checkpoint: &Checkpoint<D>,
    ) -> Result<Changes<'_, 'ph, S>, CheckpointError> {
        let (level, marks) = self.marks_of(checkpoint)?;
        let mut numbers = PVec::new_in(self.home());
        self.logs().changed(marks, level, &mut numbers);
        numbers.sort_unstable();
        numbers.dedup();
        let mut before = PVec::new_in(self.home());
        before.extend(numbers.iter().map(|&number| *self.packed(number)));
        self.logs()
            .put_back_copies(marks, level, &numbers, &mut before);
        Ok(Changes {
            states: self,
            before,
            numbers,
            next: 0,
        })
    }
}

impl<'a, S: KeyedState> Iterator for Changes<'a, '_, S> {
    type Item = Change<'a, S>;

    fn next(&mut self) -> Option<Change<'a, S>> {
        let before = self.before.get(self.next)?;
        let now = self.states.packed(self.numbers[self.next]);
        self.next += 1;
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
