//! The pages that a phase holds, and what it may hold.
#![forbid(unsafe_code)]

use crate::arena::{ArenaKind, Pages};
use crate::phase::current;
use crate::sync::atomic::{AtomicUsize, Ordering};
use std::ptr::NonNull;

/// A run of pages, and what it is used for.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) pages: Pages,
    pub(super) kind: ArenaKind,
    pub(super) use_: Use,
}

/// What pages are used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// One block, which may be freed by itself.
    Block,
    /// A chunk that was taken when the one before was full.
    Chunk,
    /// The chunk that the plan reserved; a phase has one at most.
    Reserved,
}

impl Owned {
    pub(super) fn is_block(&self) -> bool {
        self.use_ == Use::Block
    }
}

/// All pages of a phase.
#[derive(Debug, Default)]
pub(super) struct Holdings(Vec<Owned>);

impl Holdings {
    /// No pages.
    pub(super) const NONE: Self = Self(Vec::new());

    /// Adds a run of pages, or gives it back if there is no room to note it.
    pub(super) fn try_add(&mut self, owned: Owned) -> Result<(), Owned> {
        // The list outlives the phase: it is not one of its survivors.
        if current::untracked(|| self.0.try_reserve(1)).is_err() {
            return Err(owned);
        }
        self.0.push(owned);
        Ok(())
    }

    /// Adds a run of pages; without room to note it, it stays in use for ever.
    pub(super) fn add_or_leak(&mut self, owned: Owned) {
        // Dropping pages leaks them.
        _ = self.try_add(owned);
    }

    /// The block that an address is in. The latest are looked at first: that is the order in which they go.
    pub(super) fn block(&mut self, at: NonNull<u8>) -> Option<&mut Owned> {
        let block = |owned: &&mut Owned| owned.is_block() && owned.pages.contains(at);
        self.0.iter_mut().rev().find(block)
    }

    /// The chunk that starts at an address.
    pub(super) fn chunk(&mut self, start: NonNull<u8>) -> Option<&mut Owned> {
        let chunk = |owned: &&mut Owned| !owned.is_block() && owned.pages.start() == start;
        self.0.iter_mut().rev().find(chunk)
    }

    /// The chunk that the plan reserved, unless it went to a block or back.
    pub(super) fn reserved(&self) -> Option<&Owned> {
        self.0.iter().find(|owned| owned.use_ == Use::Reserved)
    }

    /// Takes out the block that an address is in.
    pub(super) fn remove_block(&mut self, at: NonNull<u8>) -> Option<Owned> {
        let block = |owned: &Owned| owned.is_block() && owned.pages.contains(at);
        let index = self.0.iter().rposition(block)?;
        Some(self.0.swap_remove(index))
    }

    /// Takes out all but those to keep.
    pub(super) fn remove_all_but(
        &mut self,
        keep: impl Fn(&Owned) -> bool,
    ) -> impl Iterator<Item = Owned> {
        self.0.extract_if(.., move |owned| !keep(owned))
    }
}

/// Bytes in use, and the most there ever were.
#[derive(Debug)]
pub(super) struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Gauge {
    pub(super) const fn new() -> Self {
        Self {
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }
    }

    pub(super) fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: usize) {
        let now = self.now.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.most.fetch_max(now, Ordering::Relaxed);
    }

    pub(super) fn sub(&self, bytes: usize) {
        self.now.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Adds unless that exceeds `budget`; the error says what is in use.
    pub(super) fn try_add(&self, bytes: usize, budget: usize) -> Result<(), usize> {
        let fits = |now: usize| now.checked_add(bytes).filter(|&sum| sum <= budget);
        let before = self
            .now
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)?;
        self.most.fetch_max(before + bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Whether `bytes` more exceed `budget`: what is in use then.
    pub(super) fn refuses(&self, bytes: usize, budget: usize) -> Option<usize> {
        Some(self.now()).filter(|now| now.saturating_add(bytes) > budget)
    }

    pub(super) fn clear(&self) {
        self.now.store(0, Ordering::Relaxed);
        self.most.store(0, Ordering::Relaxed);
    }

    /// Forgets the most there were.
    pub(super) fn restart(&self) {
        self.most.store(self.now(), Ordering::Relaxed);
    }
}
