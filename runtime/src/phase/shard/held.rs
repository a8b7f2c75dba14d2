//! Pages that a phase holds: taken, resized, handed over, given back.

use super::budget::admit_in;
use super::core::Core;
use super::owned::{Owned, Use};
use crate::arena::{ArenaKind, Pages};
use crate::error::{AllocError, Cause};
use crate::layout::{PAGE, round_up};
use crate::phase::slots;
use crate::spans::WITNESS;
use std::ptr::{self, NonNull};
impl Core {
    /// Takes pages for at least `bytes` bytes, within the budget.
    pub(super) fn hold(
        &self,
        kind: ArenaKind,
        bytes: usize,
        use_: Use,
        take: impl FnOnce(ArenaKind, usize) -> Option<Pages>,
    ) -> Result<(NonNull<u8>, usize), AllocError> {
        let bytes = round_up(bytes, PAGE);
        self.admit(bytes)?;
        // Before the lock is taken: zeroing a large run takes its time.
        let of = self.source(kind);
        let Some(pages) = take(of, bytes) else {
            self.dismiss(bytes);
            return Err(Pages::refusal(of, bytes));
        };
        if let Err(gap) = self.is_fit(of) {
            self.dismiss(bytes);
            // SAFETY: pages that were taken just now, which nobody knows of.
            unsafe { pages.give_back() };
            return Err(gap);
        }
        let start = pages.start();
        let owned = Owned { pages, kind, use_ };
        if let Err(owned) = self.holdings.lock().try_add(owned) {
            self.dismiss(bytes);
            // SAFETY: pages that were taken just now, which nobody knows of.
            unsafe { owned.pages.give_back() };
            return Err(AllocError::new(bytes, Cause::System));
        }
        self.by_kind[kind as usize].add(bytes);
        slots::charge(self.tag(), bytes);
        Ok((start, bytes))
    }

    /// The arena whose kind of pages an arena has: in a witness phase all have those of secrets.
    fn source(&self, kind: ArenaKind) -> ArenaKind {
        if slots::is_secret(self.tag()) {
            ArenaKind::Witness
        } else {
            kind
        }
    }

    /// Whether the phase or one around it is strict.
    pub(in crate::phase) fn is_strict(&self) -> bool {
        self.lineage().any(|core| core.plan.get().strict)
    }

    /// Fails if the pages of an arena are not protected, and the phase or one around it is strict.
    pub(super) fn is_fit(&self, kind: ArenaKind) -> Result<(), AllocError> {
        if kind == ArenaKind::Witness && self.is_strict() {
            return WITNESS.prove_locks();
        }
        Ok(())
    }

    /// Gives pages back that were taken out of the holdings.
    ///
    /// # Safety
    /// Nobody uses them any more.
    pub(super) unsafe fn release(&self, owned: Owned) {
        let bytes = owned.pages.bytes();
        self.by_kind[owned.kind as usize].sub(bytes);
        self.dismiss(bytes);
        slots::credit(self.tag(), bytes);
        // SAFETY: the caller's promise.
        unsafe { owned.pages.give_back() };
    }

    pub(super) fn resize_pages(&self, owned: &mut Owned, bytes: usize) -> bool {
        let before = owned.pages.bytes();
        if bytes > before && self.admit(bytes - before).is_err() {
            return false;
        }
        // SAFETY: what is cut off belongs to the block's old length, which nobody uses any more.
        let done = unsafe { owned.pages.resize(bytes) };
        let after = owned.pages.bytes();
        match (done, bytes > before) {
            (true, true) => self.by_kind[owned.kind as usize].add(after - before),
            (true, false) => {
                self.by_kind[owned.kind as usize].sub(before - after);
                self.dismiss(before - after);
            }
            (false, true) => self.dismiss(bytes - before),
            (false, false) => {}
        }
        if done {
            slots::resize(self.tag(), before, after);
        }
        done
    }

    /// Lets go of the pages of a block, which are on nobody's books then; `false` if it keeps them:
    /// the block shares its pages with others, or they are not the heap's.
    ///
    /// # Safety
    /// As for [`free`](Self::free); the block belongs to [`WholePages`](crate::arena::WholePages) afterwards.
    pub(in crate::phase) unsafe fn let_go(&self, kind: ArenaKind, block: NonNull<u8>) -> bool {
        let mut holdings = self.holdings.lock();
        let known = holdings
            .block(block)
            .is_some_and(|owned| owned.pages.are_known_by(block));
        let owned = known.then(|| holdings.remove_block(block)).flatten();
        drop(holdings);
        let Some(owned) = owned else {
            return false;
        };
        let bytes = owned.pages.bytes(); // dropping pages keeps them in use
        self.by_kind[kind as usize].sub(bytes);
        self.dismiss(bytes);
        slots::credit(self.tag(), bytes);
        true
    }

    /// Hands the pages of a block to another phase; `false` if the block shares its pages with others.
    ///
    /// # Safety
    /// As for [`free`](Self::free); the block belongs to `to` afterwards.
    pub(in crate::phase) unsafe fn hand_over(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        to: &Self,
    ) -> Result<bool, AllocError> {
        if ptr::eq(self, to) {
            return Ok(true);
        }
        to.is_fit(kind)?;
        // One lock at a time: two threads may hand blocks to each other's phases.
        let Some(owned) = self.holdings.lock().remove_block(block) else {
            return Ok(false);
        };
        let bytes = owned.pages.bytes();
        // Phases around both have the pages on their books, and keep them there: nobody else gets the room meanwhile.
        if let Err(refused) = admit_in(|| to.apart_from(self), bytes) {
            self.holdings.lock().add_or_leak(owned);
            return Err(refused);
        }
        let added = to.holdings.lock().try_add(owned);
        if let Err(owned) = added {
            // Back to where it was just taken from, so that there is room to note it, unless another thread was faster.
            self.holdings.lock().add_or_leak(owned);
            to.apart_from(self).for_each(|core| core.in_use.sub(bytes));
            return Err(AllocError::new(bytes, Cause::System));
        }
        self.apart_from(to).for_each(|core| core.in_use.sub(bytes));
        self.by_kind[kind as usize].sub(bytes);
        to.by_kind[kind as usize].add(bytes);
        slots::hand_over(self.tag(), to.tag(), bytes);
        Ok(true)
    }
}
