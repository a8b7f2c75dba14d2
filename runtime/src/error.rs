//! Why memory was not to be had.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use std::fmt;

/// A block that was refused, and by what.
///
/// ```
/// use zkarena::{PhaseGuard, Plan, site};
///
/// let guard = PhaseGuard::root(site!("fold"), Plan::new().budget(1 << 20));
/// let refused = guard.handle().try_vec_with::<u32>(1 << 20).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "phase `fold` has a budget of 1 MiB with 0 B in use: no room for 4 MiB more",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllocError {
    pub(crate) bytes: usize,
    pub(crate) cause: Cause,
}

/// What refused a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The operating system, or the address space.
    System,
    /// No address space holds a block of that size.
    TooLarge,
    /// The budget of a phase.
    Budget {
        phase: &'static str,
        budget: usize,
        in_use: usize,
    },
    /// Something about vectors with a count.
    Reservation(Reserving),
    /// The cap on a thread's scratch arena.
    ScratchCap { cap: usize },
    /// A secret was to go where nobody wipes.
    SecretOutside,
    /// A witness phase in a program whose global allocator is not ours.
    NotRouted,
    /// A witness phase, or one that requires a file, beyond those that are told apart.
    TooManyPhases,
    /// A witness phase whose large blocks were to go to a file as they are.
    WitnessOnDisk,
    /// A phase whose large blocks were to go to a file, and encrypted.
    EncryptedMapping,
    /// A phase that requires a file for large blocks, and there is none.
    NoLibraryFile,
    /// As that one, in a program whose global allocator is not ours, or switched off.
    NotServed,
    /// What library code wrote to its file is gone.
    LibraryFileLost,
    /// A store has no room, or failed.
    Store,
    /// The system has no addresses for witnesses.
    WitnessClosed,
    /// The addresses for witnesses are used up, or the system has no memory for them.
    WitnessFull { reserved: usize },
    /// Pages that must be locked cannot be.
    WitnessLocks { limit: Option<u64> },
    /// A strict phase, and bytes of the witness heap that are not protected as was asked.
    Unprotected { gap: Gap, limit: Option<u64> },
}

/// What is wrong with vectors that have a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reserving {
    /// The budget of a phase has no room for them; `name` is the largest.
    OverBudget {
        phase: &'static str,
        budget: usize,
        in_use: usize,
        name: &'static str,
    },
    /// No address space holds them; the largest is of so many elements.
    TooMany { name: &'static str, count: usize },
    /// One of them has no room for another element; it may have a name.
    Full {
        name: Option<&'static str>,
        bound: usize,
    },
}

impl Reserving {
    fn tell(self, bytes: Bytes, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverBudget {
                phase,
                budget,
                in_use,
                name,
            } => write!(
                f,
                "phase `{phase}` has a budget of {} with {} in use: no room for reservations of {bytes}, \
                 the largest of which is `{name}`",
                Bytes::of(budget),
                Bytes::of(in_use),
            ),
            Self::TooMany { name, count } => write!(
                f,
                "no address space holds the reservations, the largest of which is `{name}` with {count} elements"
            ),
            Self::Full { name, bound } => {
                f.write_str("a reservation")?;
                name.map_or(Ok(()), |name| write!(f, " `{name}`"))?;
                write!(
                    f,
                    " of {bound} elements is full, and no vector with a count grows: raise the count, or leave it out"
                )
            }
        }
    }
}

/// A protection that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The kernel does not tell.
    Unknown,
    /// In core files.
    Dumped,
    /// In forked children.
    Forked,
    /// In swap.
    Unlocked,
    /// Without guard pages.
    Unguarded,
}

impl AllocError {
    pub(crate) const fn new(bytes: usize, cause: Cause) -> Self {
        Self { bytes, cause }
    }

    /// How many bytes were asked for.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a limit that the program set refused the block, and not the system.
    pub const fn is_over_limit(&self) -> bool {
        matches!(
            self.cause,
            Cause::Budget { .. }
                | Cause::ScratchCap { .. }
                | Cause::Reservation(Reserving::OverBudget { .. } | Reserving::Full { .. })
        )
    }

    /// Whether there was memory, but not with the protections that a witness was to have: see
    /// [`Plan::strict`](crate::Plan::strict) and [`LockPolicy::Require`](crate::LockPolicy::Require).
    pub const fn is_unprotected(&self) -> bool {
        matches!(
            self.cause,
            Cause::WitnessLocks { .. } | Cause::Unprotected { .. }
        )
    }
}

impl fmt::Display for AllocError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = Bytes::of(self.bytes);
        match self.cause {
            Cause::System => write!(f, "the system has no room for {bytes} more"),
            Cause::TooLarge => write!(f, "no address space holds that many elements"),
            Cause::Budget {
                phase,
                budget,
                in_use,
            } => write!(
                f,
                "phase `{phase}` has a budget of {} with {} in use: no room for {bytes} more",
                Bytes::of(budget),
                Bytes::of(in_use),
            ),
            Cause::Reservation(reserving) => reserving.tell(bytes, f),
            Cause::ScratchCap { cap } => write!(
                f,
                "a thread's scratch arena is capped at {}: no room for {bytes} more; \
                 raise the cap with `Plan::scratch_cap`, or use the poly arena",
                Bytes::of(cap),
            ),
            Cause::SecretOutside => write!(
                f,
                "a secret of {bytes} lives in the witness arena of a phase, and has no place on the heap"
            ),
            Cause::NotRouted => f.write_str(
                "what libraries allocate in a witness phase would not be wiped, as the global allocator is \
                 another one: `#[global_allocator] static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();`",
            ),
            Cause::TooManyPhases => f.write_str(
                "it is nested deeper than 32, or more than 1,023 phases are open, and a witness phase \
                 must be told apart, as must one that requires a file",
            ),
            Cause::WitnessOnDisk => f.write_str(
                "it is a witness phase, and its `Lowmem` would write secrets to a file as they are: \
                 `Lowmem::encrypt` keeps them in memory",
            ),
            Cause::EncryptedMapping => f.write_str(
                "`Lowmem::require` and `Lowmem::encrypt` exclude each other: what library code allocates lies in \
                 mapped pages, which cannot be encrypted",
            ),
            Cause::NoLibraryFile => f.write_str(
                "it requires a file for what library code allocates, and there is none to be had: \
                 `Store::of_process` says why",
            ),
            Cause::LibraryFileLost => f.write_str(
                "bytes of what library code allocated are gone, and read zero: their file was cut from outside, or its \
                 disk failed; what was made of them may be wrong",
            ),
            Cause::Store => write!(
                f,
                "the store has no room for {bytes} more, or its file failed: `Store::write` says why"
            ),
            Cause::NotServed => f.write_str(
                "it requires a file for what library code allocates, and the global allocator is another one, \
                 or switched off: `#[global_allocator] static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();`",
            ),
            Cause::WitnessClosed => write!(
                f,
                "the witness heap has no addresses, and nothing else may hold {bytes} of a witness: \
                 raise the limit on address space (`ulimit -v`)"
            ),
            Cause::WitnessFull { reserved } => write!(
                f,
                "the witness heap of {} has no room for {bytes} more, and nothing else may hold a witness: \
                 free what is not needed, or raise the limit on address space (`ulimit -v`)",
                Bytes::of(reserved),
            ),
            Cause::WitnessLocks { limit } => write!(
                f,
                "no more than {} may be locked, and witnesses must be: no room for {bytes} more; \
                 raise the limit (`ulimit -l`), or run with `ZKARENA_MLOCK=try`",
                Limit(limit),
            ),
            Cause::Unprotected { gap, limit } => match gap {
                Gap::Unknown => write!(
                    f,
                    "the kernel does not tell whether {bytes} of the witness heap are protected"
                ),
                Gap::Dumped => write!(f, "core files would have {bytes} of the witness heap"),
                Gap::Forked => write!(f, "forked children would have {bytes} of the witness heap"),
                Gap::Unguarded => write!(f, "the witness heap has no guard pages"),
                Gap::Unlocked => write!(
                    f,
                    "{bytes} of the witness heap may be written to swap, as no more than {} may be locked: \
                     raise the limit (`ulimit -l`)",
                    Limit(limit),
                ),
            },
        }
    }
}

/// A limit, if there is one.
struct Limit(Option<u64>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => Bytes(bytes).fmt(f),
            None => f.write_str("what there is"),
        }
    }
}

impl std::error::Error for AllocError {}

impl From<AllocError> for allocator_api2::alloc::AllocError {
    fn from(_: AllocError) -> Self {
        Self
    }
}
