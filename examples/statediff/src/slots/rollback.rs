//! Maps that remember what they were, as `vm2` has had them.

use crate::word::SlotKey;
use std::collections::{BTreeMap, BTreeSet};

/// A map with a journal of what was replaced.
#[derive(Debug)]
pub(super) struct RollbackMap<V> {
    map: BTreeMap<SlotKey, V>,
    old: Vec<(SlotKey, Option<V>)>,
}

impl<V> Default for RollbackMap<V> {
    fn default() -> Self {
        let (map, old) = (BTreeMap::new(), Vec::new());
        Self { map, old }
    }
}

impl<V: Copy + PartialEq> RollbackMap<V> {
    pub(super) fn get(&self, key: &SlotKey) -> Option<V> {
        self.map.get(key).copied()
    }

    /// What was there before.
    pub(super) fn insert(&mut self, key: &SlotKey, value: V) -> Option<V> {
        let old = self.map.insert(*key, value);
        self.old.push((*key, old));
        old
    }

    /// What was there before; in one search, and in the journal only if that is something else.
    pub(super) fn update(&mut self, key: &SlotKey, update: impl FnOnce(V) -> V) -> V
    where
        V: Default,
    {
        let now = self.map.entry(*key).or_default();
        let old = *now;
        *now = update(old);
        if *now != old {
            self.old.push((*key, Some(old)));
        }
        old
    }

    /// How long the journal is, to go back to.
    pub(super) const fn snapshot(&self) -> usize {
        self.old.len()
    }

    /// Undoes what was done since.
    pub(super) fn roll_back(&mut self, snapshot: usize) {
        for (key, old) in self.old.drain(snapshot..).rev() {
            match old {
                Some(value) => _ = self.map.insert(key, value),
                None => _ = self.map.remove(&key),
            }
        }
    }

    /// Nobody will go back.
    pub(super) fn forget(&mut self) {
        self.old.clear();
    }

    /// Bytes of the journal.
    pub(super) const fn undo_bytes(&self) -> usize {
        self.old.capacity() * size_of::<(SlotKey, Option<V>)>()
    }
}

/// A set with a journal of what was added.
#[derive(Debug, Default)]
pub(super) struct RollbackSet {
    set: BTreeSet<SlotKey>,
    added: Vec<SlotKey>,
}

impl RollbackSet {
    pub(super) fn contains(&self, key: &SlotKey) -> bool {
        self.set.contains(key)
    }

    /// Whether it is new.
    pub(super) fn add(&mut self, key: &SlotKey) -> bool {
        let is_new = self.set.insert(*key);
        if is_new {
            self.added.push(*key);
        }
        is_new
    }

    /// How long the journal is, to go back to.
    pub(super) const fn snapshot(&self) -> usize {
        self.added.len()
    }

    /// Undoes what was done since.
    pub(super) fn roll_back(&mut self, snapshot: usize) {
        for key in self.added.drain(snapshot..) {
            self.set.remove(&key);
        }
    }

    /// Nobody will go back.
    pub(super) fn forget(&mut self) {
        self.added.clear();
    }

    /// Bytes of the journal.
    pub(super) const fn undo_bytes(&self) -> usize {
        self.added.capacity() * size_of::<SlotKey>()
    }
}
