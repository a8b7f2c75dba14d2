//! `Phase`.

use super::local::Local;
use super::place::Blocks;
use crate::arena::{ArenaKind, LayoutDigest};
use crate::error::AllocError;
use crate::phase::growth::Growth;
use crate::phase::ledger;
use crate::phase::reserved::ReservationReport;
use crate::phase::shard::Core;
use crate::phase::slots;
use crate::size::Bytes;
use std::alloc::Layout;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;

/// The handle of an open phase: whatever is allocated with it dies with the phase, and cannot be
/// kept for longer.
///
/// Two words, to be copied and sent to other threads. It allocates in one arena of the phase, the
/// poly arena to begin with; [`scratch`](Self::scratch) and [`witness`](Self::witness) give the
/// handles of the others. As an `Allocator` of [allocator-api2](https://docs.rs/allocator-api2) it
/// serves collections like hashbrown's.
///
/// ```
/// use zkarena::{Phase, zk_phase};
///
/// fn powers(base: u64, n: usize, phase: Phase<'_>) -> &mut [u64] {
///     let mut power = 1u64;
///     phase.slice_with(n, |index| {
///         power = if index == 0 { 1 } else { power.wrapping_mul(base) };
///         power
///     })
/// }
///
/// #[zk_phase] // makes `phase`
/// fn evaluate(coeffs: &[u64], at: u64) -> u64 {
///     let powers = powers(at, coeffs.len(), phase);
///     coeffs.iter().zip(powers).map(|(c, p)| c.wrapping_mul(*p)).sum()
/// }
/// assert_eq!(evaluate(&[1, 2, 3], 10), 321);
/// ```
#[derive(Clone, Copy)]
pub struct Phase<'ph> {
    core: &'ph Core,
    kind: ArenaKind,
}

/// What the arenas of a phase hold; those of phases inside it do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhaseStats {
    /// The poly arena.
    pub poly: ArenaStats,
    /// The witness arena.
    pub witness: ArenaStats,
    /// The scratch arenas of all threads.
    pub scratch: ArenaStats,
    /// How vectors grew in any of them.
    pub growth: Growth,
}

/// Pages that an arena holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArenaStats {
    /// Now.
    pub bytes: Bytes,
    /// At most since the phase opened or was reset.
    pub high_water: Bytes,
}

// A panic leaves an arena as it is: no invariant of a user spans two blocks.
impl UnwindSafe for Phase<'_> {}
impl RefUnwindSafe for Phase<'_> {}

// SAFETY: the core hands out blocks of the layout asked for that nobody else has; they stay valid
// until its owner ends or resets it, for which every `Phase<'ph>` must be gone.
unsafe impl<'ph> Blocks<'ph> for &Phase<'ph> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    fn block(self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        self.core.alloc(self.kind, layout)
    }

    fn zeroed_block(self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        self.core.alloc_zeroed(self.kind, layout)
    }
}

impl<'ph> Phase<'ph> {
    pub(in crate::phase) const fn of(core: &'ph Core) -> Self {
        Self {
            core,
            kind: ArenaKind::Poly,
        }
    }

    pub(in crate::phase) fn core(self) -> &'ph Core {
        self.core
    }

    pub(super) fn block_slow(self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        self.core.alloc_slow(self.kind, layout)
    }

    /// Hands the block of an owner to another phase; `false` if the block shares its pages with others.
    ///
    /// # Safety
    /// The block is from this handle's arena, and is used only by who gives it back to `to`'s.
    pub(crate) unsafe fn hand_over(
        self,
        block: NonNull<u8>,
        to: Phase<'_>,
    ) -> Result<bool, AllocError> {
        // SAFETY: the caller's promise.
        unsafe { self.core.hand_over(self.kind, block, to.core) }
    }

    /// Lets go of the block of an owner; `false` if the block shares its pages with others.
    ///
    /// # Safety
    /// The block is from this handle's arena, which does not wipe, and is used only by who gives it
    /// back to `WholePages`.
    pub(crate) unsafe fn let_go(self, block: NonNull<u8>) -> bool {
        // SAFETY: the caller's promise.
        unsafe { self.core.let_go(self.kind, block) }
    }

    /// Why `bytes` bytes were refused just now.
    pub(crate) fn refusal(self, bytes: usize) -> AllocError {
        self.core.refusal(self.kind, bytes)
    }

    /// What became of a vector that was reserved by name, for the report; a secret's length is nobody's business.
    pub(crate) fn file_reservation(self, used: &ReservationReport) {
        if !self.is_secret() {
            ledger::file_reservation(self.core.tag(), used);
        }
    }

    /// Whether what is allocated with this handle is a secret, and how much of it there is.
    pub(crate) fn is_secret(self) -> bool {
        self.kind == ArenaKind::Witness || slots::is_secret(self.core.tag())
    }

    /// The handle of another arena of the phase.
    #[must_use]
    pub const fn in_kind(mut self, kind: ArenaKind) -> Self {
        self.kind = kind;
        self
    }

    /// The handle of the poly arena.
    #[must_use]
    pub const fn poly(self) -> Self {
        self.in_kind(ArenaKind::Poly)
    }

    /// The handle of the scratch arenas, one per thread.
    #[must_use]
    pub const fn scratch(self) -> Self {
        self.in_kind(ArenaKind::Scratch)
    }

    /// The handle of the witness arena.
    #[must_use]
    pub const fn witness(self) -> Self {
        self.in_kind(ArenaKind::Witness)
    }

    /// Which arena the handle allocates in.
    pub const fn kind(self) -> ArenaKind {
        self.kind
    }

    /// A handle for inner loops on this thread.
    pub fn local(self) -> Local<'ph> {
        Local::new(self, self.core.place(self.kind))
    }

    /// What the arenas of the phase hold.
    pub fn stats(self) -> PhaseStats {
        let stats = |kind| {
            let (now, most) = self.core.bytes(kind);
            ArenaStats {
                bytes: Bytes::of(now),
                high_water: Bytes::of(most),
            }
        };
        PhaseStats {
            poly: stats(ArenaKind::Poly),
            witness: stats(ArenaKind::Witness),
            scratch: stats(ArenaKind::Scratch),
            growth: self.core.growth(),
        }
    }

    /// What was requested in this phase so far, as one number.
    ///
    /// Equal on any number of threads if they request the same: work that is split by index does,
    /// work that is split by the number of threads does not.
    pub fn layout_digest(self) -> LayoutDigest {
        self.core.layout_digest()
    }
}

impl fmt::Debug for Phase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phase")
            .field("name", &self.core.name())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
