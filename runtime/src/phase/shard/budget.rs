//! The budgets of a phase and of those around it.

use super::core::Core;
use crate::arena::{ArenaKind, LARGE, Pages};
use crate::error::{AllocError, Cause};
use crate::layout::{PAGE, round_up};
use std::ptr;
impl Core {
    /// This core and those of the phases around it.
    pub(super) fn lineage(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |core| {
            // SAFETY: null, or a core that stays open for as long as `core` (invariant 2).
            unsafe { core.parent.get().as_ref() }
        })
    }

    /// Those of [`lineage`](Self::lineage) that are not around `other` too.
    pub(super) fn apart_from<'c>(&'c self, other: &'c Self) -> impl Iterator<Item = &'c Self> {
        let is_common = move |core: &Self| other.lineage().any(|around| ptr::eq(around, core));
        self.lineage().take_while(move |core| !is_common(core))
    }

    /// Counts `bytes` in the budgets of this phase and of those around it, or in none.
    pub(super) fn admit(&self, bytes: usize) -> Result<(), AllocError> {
        admit_in(|| self.lineage(), bytes)
    }

    pub(super) fn dismiss(&self, bytes: usize) {
        self.lineage().for_each(|core| core.in_use.sub(bytes));
    }

    /// Why a block of that size would be refused now.
    pub(in crate::phase) fn refusal(&self, kind: ArenaKind, bytes: usize) -> AllocError {
        if kind == ArenaKind::Scratch && bytes < LARGE {
            let cap = self.plan.get().scratch_cap;
            return AllocError::new(bytes, Cause::ScratchCap { cap });
        }
        let pages = round_up(bytes, PAGE);
        let over = |core: &Self| core.in_use.refuses(pages, core.plan.get().budget);
        let refused = self.lineage().find_map(|core| Some((core, over(core)?)));
        match refused {
            Some((core, in_use)) => core.over_budget(in_use, pages),
            None if kind == ArenaKind::Witness && bytes > 0 => self.witness_refusal(bytes),
            None => AllocError::new(bytes, Cause::System),
        }
    }

    /// Why the witness heap would refuse a block.
    fn witness_refusal(&self, bytes: usize) -> AllocError {
        let gap = self.is_fit(ArenaKind::Witness).err();
        gap.unwrap_or_else(|| Pages::refusal(ArenaKind::Witness, bytes))
    }

    pub(super) fn over_budget(&self, in_use: usize, bytes: usize) -> AllocError {
        let cause = Cause::Budget {
            phase: self.name.get(),
            budget: self.plan.get().budget,
            in_use,
        };
        AllocError::new(bytes, cause)
    }
}

/// Counts `bytes` in the budgets of all those cores, or of none.
pub(super) fn admit_in<'c, Cores: Iterator<Item = &'c Core>>(
    cores: impl Fn() -> Cores,
    bytes: usize,
) -> Result<(), AllocError> {
    for (done, core) in cores().enumerate() {
        if let Err(in_use) = core.in_use.try_add(bytes, core.plan.get().budget) {
            cores().take(done).for_each(|core| core.in_use.sub(bytes));
            return Err(core.over_budget(in_use, bytes));
        }
    }
    Ok(())
}
