//! What a phase is opened with.
#![forbid(unsafe_code)]

use super::lowmem::Lowmem;
use crate::arena;
use crate::error::{AllocError, Cause, Reserving};
use std::alloc::Layout;

/// What a phase may use, and what it takes up front.
///
/// ```
/// use zkarena::{PhaseGuard, Plan, site};
///
/// let plan = Plan::new().reserve(1 << 20).budget(64 << 20);
/// let guard = PhaseGuard::try_root(site!("fft"), plan)?;
/// let evals = guard.handle().vec_from(&[1u32, 2, 3]);
/// assert_eq!(evals.len(), 3);
/// # Ok::<(), zkarena::AllocError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a plan does nothing by itself: open a phase with it"]
pub struct Plan {
    pub(super) reserve: usize,
    pub(super) counted: Option<Counted>,
    pub(super) budget: usize,
    pub(super) scratch_cap: usize,
    pub(super) strict: bool,
    pub(super) witness: bool,
    pub(super) lowmem: Option<Lowmem>,
}

impl Plan {
    /// No reservation, no budget, and a scratch arena of at most 64 MiB per thread.
    pub const fn new() -> Self {
        Self {
            reserve: 0,
            counted: None,
            budget: usize::MAX,
            scratch_cap: 64 << 20,
            strict: false,
            witness: false,
            lowmem: None,
        }
    }

    /// Takes one chunk of this many bytes, rounded up to whole pages, when the phase opens; the opening
    /// thread's blocks in the poly arena are cut from it, large ones too, for as long as it lasts.
    ///
    /// A large block in it has no pages of its own: it is copied when it is promoted, and dropping
    /// it gives nothing back but the room of the last one. [`PhaseGuard::reset`](crate::PhaseGuard::reset)
    /// goes back to the chunk.
    pub const fn reserve(mut self, bytes: usize) -> Self {
        self.reserve = bytes;
        self
    }

    /// How many bytes of pages the arenas of the phase and of the phases inside it may hold at once.
    ///
    /// Scratch arenas and what library code allocates for itself do not count.
    pub const fn budget(mut self, bytes: usize) -> Self {
        self.budget = bytes;
        self
    }

    /// How many bytes each thread's scratch arena may hold.
    pub const fn scratch_cap(mut self, bytes: usize) -> Self {
        self.scratch_cap = bytes;
        self
    }

    /// Has the phase refuse to work with a witness that is not protected in every way that was asked
    /// for: it does not open then, or an allocation in a witness arena, in it or in a phase inside, fails.
    ///
    /// The protections are those of [`protection`](crate::protection), which is asked when the phase
    /// opens; of the phases inside only allocations are looked at. Unprivileged processes can
    /// often lock no more than 8 MiB: raise the limit (`ulimit -l`), or set
    /// [`LockPolicy::Off`](crate::LockPolicy::Off) if there is no swap.
    ///
    /// ```
    /// use zkarena::{PhaseGuard, Plan, site};
    ///
    /// match PhaseGuard::try_root(site!("prove"), Plan::new().strict()) {
    ///     Ok(guard) => println!("{} is protected", guard.handle().witness().copy(&[7u8])[0]),
    ///     Err(refused) => eprintln!("{refused}"),
    /// }
    /// ```
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Has everything that is allocated in the phase, by any code and on any thread that takes part,
    /// come from the memory of witnesses, and be wiped.
    ///
    /// [`#[witness]`](macro@crate::witness) on a function opens such a phase, and clears the frames of
    /// its body as well; with a plan alone that is left to [`wipe_thread`](crate::wipe_thread).
    pub const fn witness(mut self) -> Self {
        self.witness = true;
        self
    }

    /// Where the large blocks go that library code allocates in the phase: see [`Lowmem`].
    ///
    /// A phase of a witness with a policy that does not [encrypt](Lowmem::encrypt) does not open.
    pub const fn lowmem(mut self, policy: Lowmem) -> Self {
        self.lowmem = Some(policy);
        self
    }
}

/// What reservations by name take: blocks that lie one behind the other in front of what
/// [`Plan::reserve`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Where the last block ends.
    end: usize,
    /// The largest one, to be named when they do not fit.
    largest: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    name: &'static str,
    count: usize,
    bytes: usize,
}

impl Plan {
    /// Makes room for `count` more elements with that layout.
    pub(crate) fn count(mut self, name: &'static str, count: usize, element: Layout) -> Self {
        let bytes = count.saturating_mul(element.size());
        let part = Part { name, count, bytes };
        let before = self.counted.map_or(0, |counted| counted.end);
        let largest = self.counted.map(|counted| counted.largest);
        self.counted = Some(Counted {
            end: arena::block_end(before, bytes, element.align()),
            largest: largest.filter(|of| of.bytes >= bytes).unwrap_or(part),
        });
        self
    }

    /// Bytes to take when the phase opens.
    pub(super) fn up_front(&self) -> usize {
        let counted = self.counted.map_or(0, |counted| counted.end);
        counted.saturating_add(self.reserve)
    }

    /// Why these bytes were refused, in terms of the counts if it was for them.
    #[cold]
    pub(super) fn explained(&self, refused: AllocError) -> AllocError {
        let Some(Counted { end, largest }) = self.counted else {
            return refused;
        };
        let Part { name, count, .. } = largest;
        match refused.cause {
            _ if isize::try_from(end).is_err() => {
                AllocError::new(end, Cause::Reservation(Reserving::TooMany { name, count }))
            }
            Cause::Budget {
                phase,
                budget,
                in_use,
            } => {
                let over = Reserving::OverBudget {
                    phase,
                    budget,
                    in_use,
                    name,
                };
                AllocError::new(refused.bytes, Cause::Reservation(over))
            }
            _ => refused,
        }
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}
