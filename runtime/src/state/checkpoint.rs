//! Checkpoints: linear tokens, and the list of those that are open.
#![forbid(unsafe_code)]

use crate::owners::{Home, PVec};
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// A moment that a state can be rolled back to: used once, by `commit` or by `rollback`.
///
/// It has the type of its domain, as in `Checkpoint<SlotFrame>`; without one it is a checkpoint of a
/// [`RollbackLog`](crate::RollbackLog) or a [`RollbackCell`](crate::RollbackCell). There is no `Clone`.
///
/// ```
/// let mut log = zkarena::RollbackLog::new_in(zkarena::Home::Heap);
/// let checkpoint = log.checkpoint();
/// log.push("write");
/// log.rollback(checkpoint)?;
/// assert!(log.is_empty());
/// # Ok::<(), zkarena::CheckpointError>(())
/// ```
///
/// # Dropping one
/// Nothing is lost: what has changed since stays, as after a commit, and can only be taken back by an
/// outer checkpoint. The state does not learn of it, and goes on journaling until an outer one is
/// closed, or to its end if there is none, which is why the compiler warns.
#[must_use = "a checkpoint that is dropped keeps the changes: pass it to `commit` or `rollback`"]
pub struct Checkpoint<D = ()> {
    owner: u64,
    serial: u64,
    domain: PhantomData<fn() -> D>,
}

impl<D> fmt::Debug for Checkpoint<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let serial = &self.serial;
        f.debug_tuple("Checkpoint").field(serial).finish()
    }
}

/// Why a checkpoint cannot be used.
///
/// ```
/// use zkarena::{CheckpointError, Home, RollbackLog};
///
/// let mut log: RollbackLog<'_, u8> = RollbackLog::new_in(Home::Heap);
/// let (outer, inner) = (log.checkpoint(), log.checkpoint());
/// assert_eq!(log.rollback(outer), Ok(())); // and `inner` with it
/// assert_eq!(log.commit(inner), Err(CheckpointError::Stale));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It was taken of another state.
    Foreign,
    /// It went with an outer one, which was rolled back, or closed before others were taken.
    Stale,
    /// An outer one was committed while this one was open.
    OutOfOrder,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Foreign => {
                "this checkpoint was taken of another state: use it where it was taken"
            }
            Self::Stale => {
                "this checkpoint is stale: one that was taken before it has been rolled back or \
                 closed, and this one with it"
            }
            Self::OutOfOrder => {
                "checkpoints out of order: one that was taken before this one has been committed, \
                 and this one with it; close the inner one first"
            }
        })
    }
}

impl std::error::Error for CheckpointError {}

/// How a checkpoint is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    Commit,
    Rollback,
}

/// The open checkpoints of one state, the innermost last, each with what it has to know.
pub(super) struct Opened<'ph, M> {
    owner: u64,
    next: u64,
    open: PVec<'ph, (u64, M)>,
    /// The latest that were closed by the commit of an outer one.
    overtaken: std::ops::Range<u64>,
}

impl<'ph, M> Opened<'ph, M> {
    pub(super) fn new_in(home: Home<'ph>) -> Self {
        static OWNERS: AtomicU64 = AtomicU64::new(0);
        Self {
            owner: OWNERS.fetch_add(1, Ordering::Relaxed),
            next: 0,
            open: PVec::new_in(home),
            overtaken: 0..0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.open.capacity() * size_of::<(u64, M)>()
    }

    #[track_caller]
    pub(super) fn open<D>(&mut self, marks: M) -> Checkpoint<D> {
        let serial = self.next;
        self.open.push((serial, marks));
        self.next += 1;
        Checkpoint {
            owner: self.owner,
            serial,
            domain: PhantomData,
        }
    }

    /// Where an open checkpoint is in the list.
    pub(super) fn find<D>(&self, checkpoint: &Checkpoint<D>) -> Result<usize, CheckpointError> {
        self.place(checkpoint.owner, checkpoint.serial)
    }

    /// Where it was: it is gone from then on.
    pub(super) fn use_up<D>(
        &self,
        Checkpoint { owner, serial, .. }: Checkpoint<D>,
    ) -> Result<usize, CheckpointError> {
        self.place(owner, serial)
    }

    fn place(&self, owner: u64, serial: u64) -> Result<usize, CheckpointError> {
        if owner != self.owner {
            return Err(CheckpointError::Foreign);
        }
        let found = self.open.binary_search_by_key(&serial, |open| open.0);
        found.map_err(|_| {
            if self.overtaken.contains(&serial) {
                CheckpointError::OutOfOrder
            } else {
                CheckpointError::Stale
            }
        })
    }

    pub(super) fn marks(&self, at: usize) -> &M {
        &self.open[at].1
    }

    /// The checkpoints from `at` on, the innermost first; they are closed.
    pub(super) fn close(&mut self, at: usize, how: Closing) -> impl Iterator<Item = M> {
        let outer = self.open[at].0;
        if how == Closing::Commit && self.open.len() > at + 1 {
            self.overtaken = outer + 1..self.next;
        }
        self.open.drain(at..).rev().map(|(_, marks)| marks)
    }
}
