//! Logs whose entries lie in vectors of some kind.

use super::{Event, Logs};
use crate::batch::Batch;
use crate::slots::Ended;
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use zkarena::Reserved;

/// A vector.
pub(crate) trait Stack<T>: Deref<Target = [T]> {
    fn push(&mut self, entry: T);
    fn truncate(&mut self, len: usize);
}

/// A vector for each log.
#[derive(Debug)]
pub(crate) struct Stacks<R, C, E> {
    pub(crate) refunds: R,
    pub(crate) costs: C,
    pub(crate) events: E,
}

impl Stacks<Vec<u32>, Vec<i32>, Vec<Event>> {
    /// Vectors that grow by doubling.
    pub(crate) const fn growing() -> Self {
        Self {
            refunds: Vec::new(),
            costs: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Vectors with room for what the batch will have.
    pub(crate) fn exact(batch: &Batch) -> Self {
        let mut logs = Self::growing();
        logs.refunds.reserve_exact(batch.counts.refunds);
        logs.costs.reserve_exact(batch.counts.costs);
        logs.events.reserve_exact(batch.tally.most_events);
        logs
    }
}

impl<'b> Stacks<BumpVec<'b, u32>, BumpVec<'b, i32>, BumpVec<'b, Event>> {
    /// Vectors that grow by doubling in an arena, and leave behind what they outgrow.
    pub(crate) fn in_bump(bump: &'b Bump) -> Self {
        Self {
            refunds: BumpVec::new_in(bump),
            costs: BumpVec::new_in(bump),
            events: BumpVec::new_in(bump),
        }
    }
}

impl<'ph> Stacks<Reserved<'ph, u32>, Reserved<'ph, i32>, Reserved<'ph, Event>> {
    /// Vectors of a phase, with room for what the batch will have.
    pub(crate) const fn reserved(
        refunds: Reserved<'ph, u32>,
        costs: Reserved<'ph, i32>,
        events: Reserved<'ph, Event>,
    ) -> Self {
        Self {
            refunds,
            costs,
            events,
        }
    }
}

impl<R: Stack<u32>, C: Stack<i32>, E: Stack<Event>> Logs for Stacks<R, C, E> {
    fn refund(&mut self, refund: u32) {
        self.refunds.push(refund);
    }

    fn cost(&mut self, cost: i32) {
        self.costs.push(cost);
    }

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let events = self.events.len();
        let ended = body(self);
        if ended.is_err() {
            self.events.truncate(events);
        }
        ended
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let (refunds, costs) = (self.refunds.len(), self.costs.len());
        let ended = self.frame(body);
        if ended.is_err() {
            self.refunds.truncate(refunds);
            self.costs.truncate(costs);
        }
        ended
    }

    fn payload(&self) -> usize {
        size_of::<u32>() * self.refunds.len()
            + size_of::<i32>() * self.costs.len()
            + size_of::<Event>() * self.events.len()
    }

    fn hash(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        self.refunds.hash(&mut hasher);
        self.costs.hash(&mut hasher);
        self.events.hash(&mut hasher);
        Some(hasher.finish())
    }
}

impl<T> Stack<T> for Vec<T> {
    fn push(&mut self, entry: T) {
        self.push(entry);
    }

    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }
}

impl<T> Stack<T> for BumpVec<'_, T> {
    fn push(&mut self, entry: T) {
        self.push(entry);
    }

    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }
}

impl<T> Stack<T> for Reserved<'_, T> {
    fn push(&mut self, entry: T) {
        self.push(entry);
    }

    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }
}
