//! `States`: the map of a keyed state.
#![forbid(unsafe_code)]

use super::checkpoint::{Closing, Opened};
use super::entry::StateEntry;
use super::index::Index;
use super::segments::Segments;
use super::{Checkpoint, CheckpointError, KeyedState, Logs, Reverting, RollbackDomain, StateStats};
use crate::error::AllocError;
use crate::owners::Home;
use crate::size::Bytes;
use foldhash::fast::FixedState;
use std::fmt;
use std::hash::BuildHasher;

type Marks<'ph, S> = <<S as KeyedState>::Logs<'ph> as Logs<'ph, <S as KeyedState>::Packed>>::Marks;

/// The entries of a keyed state, in a phase: what a `SlotStates` of
/// [`#[derive(KeyedState)]`](derive@crate::KeyedState) stands on, and what it has besides `entry` and the
/// frames of its domains.
///
/// ```
/// use zkarena::{CheckpointError, KeyedState, with_phase};
///
/// #[derive(KeyedState)]
/// #[state(key = u64, domains(frame < run))]
/// struct Account {
///     #[state(flag, rollback = run)]
///     touched: bool,
///     #[state(rollback = frame)]
///     balance: Option<u64>,
/// }
///
/// let balance = with_phase(|phase| {
///     let mut accounts = AccountStates::new_in(*phase);
///     let checkpoint = accounts.checkpoint::<AccountFrame>();
///     let mut account = accounts.entry(7);
///     account.mark_touched();
///     account.replace_balance(100);
///     accounts.rollback(checkpoint)?; // `touched` is of the domain `run`, and stays
///     assert!(accounts.get(&7).is_some_and(|account| account.touched));
///     Ok::<_, CheckpointError>(accounts.entry(7).balance())
/// });
/// assert_eq!(balance, Ok(None));
/// ```
///
/// # In memory
/// ```text
/// index   [ . | 2 | . | 0 | 1 | . ]        numbers of entries, 4 bytes a place, at most 3/4 used
/// entries [ key fields bits | key fields bits | .. ]   in the order of the first use; never removed
/// logs    [ (entry, old field) | .. ]      one per domain; empty while none of its checkpoints is open
/// ```
/// All of it lies in the arena of the handle: in the witness arena, or in a witness phase, all of it is
/// wiped. Entries never move, and are not copied when there come more; a table of the index is, and the
/// old one goes back to the arena from 64 KiB on.
///
/// # Keys that somebody else chooses
/// The index hashes with a fixed seed, so that a run is repeated exactly. Somebody who knows the seed can
/// find keys whose hashes are equal, and an operation on those takes as long as there are such keys. For
/// keys that can be chosen at will, pass a random number to [`seeded`](Self::seeded): nothing else depends on
/// it, neither the order of the entries nor any digest of them.
///
/// # What it does not do
/// An entry is never removed: that a key was there is no fact that goes away, and an absent value takes the room of
/// a present one. It is used by one thread at a time. What changes a field has no twin that returns an error: where
/// memory for the undo log is refused, it panics, and the frames around it take their changes back.
pub struct States<'ph, S: KeyedState> {
    hasher: FixedState,
    index: Index<'ph>,
    entries: Segments<'ph, S::Packed>,
    logs: S::Logs<'ph>,
    opened: Opened<'ph, (usize, Marks<'ph, S>)>,
    probes: u64,
    home: Home<'ph>,
}

impl<'ph, S: KeyedState> States<'ph, S> {
    #[doc(hidden)]
    pub fn with_capacity_in(
        capacity: usize,
        home: impl Into<Home<'ph>>,
    ) -> Result<Self, AllocError> {
        let home = home.into();
        Ok(Self {
            hasher: FixedState::with_seed(0),
            index: Index::with_capacity_in(capacity, home)?,
            entries: Segments::with_capacity_in(capacity, home)?,
            logs: S::Logs::new_in(home),
            opened: Opened::new_in(home),
            probes: 0,
            home,
        })
    }

    #[doc(hidden)]
    #[must_use]
    pub fn new_in(home: impl Into<Home<'ph>>) -> Self {
        let empty = Self::with_capacity_in(0, home);
        empty.unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// Hashes with another seed from now on.
    ///
    /// # Panics
    /// If there are entries: the seed is chosen before the first.
    pub fn seeded(&mut self, seed: u64) {
        assert!(
            self.is_empty(),
            "the seed is chosen before there are entries"
        );
        self.hasher = FixedState::with_seed(seed);
    }

    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where its memory comes from.
    pub const fn home(&self) -> Home<'ph> {
        self.home
    }

    /// The fields of a key, if it is there. Does not count as a probe.
    pub fn get(&self, key: &S::Key) -> Option<S> {
        let found = self.index.find(self.hasher.hash_one(key), self.is(key));
        Some(S::unpacked(self.entries.get(found.ok()? as usize)?))
    }

    fn is(&self, key: &S::Key) -> impl Fn(u32) -> bool {
        move |number| {
            let packed = self.entries.get(number as usize);
            packed.is_some_and(|packed| S::key(packed) == key)
        }
    }

    /// The fields of all keys, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&S::Key, S)> {
        let pair = |packed| (S::key(packed), S::unpacked(packed));
        self.entries.iter().map(pair)
    }

    pub(super) fn packed(&self, number: u32) -> &S::Packed {
        let packed = self.entries.get(number as usize);
        packed.expect("numbers are those of entries")
    }

    #[doc(hidden)]
    #[inline]
    pub fn try_entry_with(
        &mut self,
        key: S::Key,
        packed: impl FnOnce(S::Key) -> S::Packed,
    ) -> Result<StateEntry<'_, 'ph, S>, AllocError> {
        self.probes += 1;
        let hash = self.hasher.hash_one(key);
        let found = self.index.find(hash, self.is(&key));
        let (number, is_new) = match found {
            Ok(number) => (number, false),
            Err(_) if self.index.is_full(self.len()) => (self.add(hash, packed(key))?, true),
            Err(vacant) => {
                let number = self.next_number();
                self.entries.try_push(packed(key))?;
                self.index.put(vacant, hash, number);
                (number, true)
            }
        };
        let packed = self.entries.get_mut(number as usize);
        Ok(StateEntry {
            number,
            is_new,
            packed: packed.expect("found in the index"),
            logs: &mut self.logs,
        })
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.len()).expect("the index has fewer places")
    }

    /// One more entry where the index has to grow for it.
    #[cold]
    #[inline(never)]
    fn add(&mut self, hash: u64, packed: S::Packed) -> Result<u32, AllocError> {
        let number = self.next_number();
        let hashes = self
            .entries
            .iter()
            .map(|packed| self.hasher.hash_one(S::key(packed)));
        self.index.grow(hashes)?;
        self.entries.try_push(packed)?;
        let vacant = self.index.find(hash, |_| false).expect_err("nothing is it");
        self.index.put(vacant, hash, number);
        Ok(number)
    }

    /// A moment to roll back to: the fields of domain `D`, and of the domains inside it, are journaled
    /// from now on.
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    pub fn checkpoint<D: RollbackDomain<State = S>>(&mut self) -> Checkpoint<D> {
        let checkpoint = self.opened.open((D::LEVEL, self.logs.marks()));
        self.logs.hold(D::LEVEL);
        checkpoint
    }

    /// Keeps what has changed since. Checkpoints that were taken after this one are committed with it.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this state; nothing happens then.
    pub fn commit<D: RollbackDomain<State = S>>(
        &mut self,
        checkpoint: Checkpoint<D>,
    ) -> Result<(), CheckpointError> {
        let at = self.opened.use_up(checkpoint)?;
        self.close(at, Closing::Commit);
        Ok(())
    }

    /// Makes the fields of domain `D`, and of the domains inside it, what they were. Checkpoints that were
    /// taken after this one are closed with it, of whatever domain.
    ///
    /// Entries stay, with what an `init` closure made of them, and so do fields of outer domains.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is not one of the open checkpoints of this state; nothing happens then.
    pub fn rollback<D: RollbackDomain<State = S>>(
        &mut self,
        checkpoint: Checkpoint<D>,
    ) -> Result<(), CheckpointError> {
        let at = self.opened.use_up(checkpoint)?;
        let (level, marks) = *self.opened.marks(at);
        self.logs.rollback(marks, level, &mut self.entries);
        self.close(at, Closing::Rollback);
        Ok(())
    }

    fn close(&mut self, at: usize, how: Closing) {
        for (level, _) in self.opened.close(at, how) {
            self.logs.release(level);
        }
    }

    pub(super) fn marks_of<D>(
        &self,
        checkpoint: &Checkpoint<D>,
    ) -> Result<(usize, Marks<'ph, S>), CheckpointError> {
        let at = self.opened.find(checkpoint)?;
        Ok(*self.opened.marks(at))
    }

    pub(super) const fn logs(&self) -> &S::Logs<'ph> {
        &self.logs
    }

    /// What the state has done, and holds.
    pub fn stats(&self) -> StateStats {
        let (undo_records, undo_bytes) = self.logs.held();
        StateStats {
            entries: self.len(),
            probes: self.probes,
            growths: self.index.growths(),
            undo_records,
            checkpoints: self.opened.len(),
            entry_bytes: Bytes::of(self.entries.bytes()),
            index_bytes: Bytes::of(self.index.bytes()),
            undo_bytes: Bytes::of(undo_bytes + self.opened.bytes()),
        }
    }
}

impl<S: KeyedState, D: RollbackDomain<State = S>> Reverting<D> for States<'_, S> {
    fn checkpoint(&mut self) -> Checkpoint<D> {
        Self::checkpoint(self)
    }

    fn commit(&mut self, checkpoint: Checkpoint<D>) -> Result<(), CheckpointError> {
        Self::commit(self, checkpoint)
    }

    fn rollback(&mut self, checkpoint: Checkpoint<D>) -> Result<(), CheckpointError> {
        Self::rollback(self, checkpoint)
    }
}

/// Without the content: a state may be a secret.
impl<S: KeyedState> fmt::Debug for States<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, checkpoints) = (self.len(), self.opened.len());
        f.debug_struct("States")
            .field("len", &len)
            .field("checkpoints", &checkpoints)
            .finish_non_exhaustive()
    }
}
