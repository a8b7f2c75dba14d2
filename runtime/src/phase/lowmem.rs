//! Phases with little memory: which of the blocks that library code allocates go to a file.
#![forbid(unsafe_code)]

use super::current;
use super::slots::{self, Tag};
use super::{AllocatorState, Plan, report};
use crate::error::{AllocError, Cause};
use crate::store;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use serde::Serialize;

/// Where the large blocks of library code go, in a phase that has to do with little memory.
///
/// Each goes to memory as long as `ZKARENA_RAM` has room for it, with what the process's
/// [`Store`](crate::Store) has in memory (without the variable there is none), then to pages of a file in that
/// store's directory and on its disk budget, and where there is no file, or no room
/// in it, to memory all the same: [`Report::lowmem`](crate::Report::lowmem) tells how much.
///
/// ```
/// use zkarena::{Lowmem, PhaseAlloc, PhaseGuard, Plan, site};
///
/// #[global_allocator]
/// static ALLOC: PhaseAlloc = PhaseAlloc::new();
///
/// let prove = PhaseGuard::root(site!("prove"), Plan::new().lowmem(Lowmem::new().min(4 << 20)));
/// let trace = vec![7u64; 1 << 20]; // 8 MiB, in a file
/// assert!(zkarena::report().lowmem().file_bytes >= 8 << 20);
/// prove.finish()?; // an error if the file lost something
/// assert_eq!(trace[1000], 7); // as every other value, it may outlive the phase
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// The policy holds on every thread that takes part, and in phases inside that have none of their own. In a
/// witness phase it has no effect: what is allocated there stays in the memory of witnesses.
///
/// # What it does not do
/// It moves nothing that is allocated through a phase's handle: that stays in memory. It makes no algorithm read
/// a disk in order: where more is in use at once than there is memory, every access may wait for the disk. Data
/// in a [`Store`](crate::Store) is read in tiles, ahead of its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself: hand it to `Plan::lowmem`"]
pub struct Lowmem {
    min: usize,
    prefer: Prefer,
    require: bool,
    encrypt: bool,
}

/// What large blocks of library code go to first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    /// Memory, as long as `ZKARENA_RAM` has room.
    #[default]
    Budget,
    /// The file, as long as the disk has room.
    File,
}

/// What became of the large blocks of library code, in all phases that have to do with little memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LowmemStats {
    /// Bytes of blocks in the file, in whole pages.
    pub file_bytes: u64,
    /// The most of them at a time.
    pub file_peak_bytes: u64,
    /// Bytes of blocks in memory that `ZKARENA_RAM` has room for, in whole pages.
    pub ram_bytes: u64,
    /// Bytes of all blocks so far that went to memory though `ZKARENA_RAM` had no room: there was no file, or no
    /// room in it, or the phase encrypts.
    pub beyond_bytes: u64,
    /// Bytes of all blocks so far that were refused, as the phase requires the file.
    pub refused_bytes: u64,
    /// Content of the file is gone: somebody cut it, or its disk failed.
    pub lost: bool,
}

/// Phases with a policy of their own.
static OPEN: AtomicU32 = AtomicU32::new(0);

/// Bytes of blocks on the budget.
static IN_RAM: AtomicU64 = AtomicU64::new(0);

static BEYOND: AtomicU64 = AtomicU64::new(0);
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// Of a packed policy: the flags, below the size.
const PRESENT: u64 = 1;
const FILE_FIRST: u64 = 2;
const REQUIRE: u64 = 4;
const ENCRYPT: u64 = 8;
const FLAG_BITS: u32 = 4;

impl Lowmem {
    /// No block below this goes to a file (128 KiB).
    pub(crate) const LEAST: usize = 128 << 10;

    /// Blocks from 1 MiB on, memory first, nothing required.
    pub const fn new() -> Self {
        Self {
            min: 1 << 20,
            prefer: Prefer::Budget,
            require: false,
            encrypt: false,
        }
    }

    /// How many bytes a block must have to go to the file; less than 128 KiB is taken as 128 KiB.
    pub const fn min(mut self, bytes: usize) -> Self {
        self.min = if bytes < Self::LEAST {
            Self::LEAST
        } else {
            bytes
        };
        self
    }

    /// What blocks go to first.
    pub const fn prefer(mut self, prefer: Prefer) -> Self {
        self.prefer = prefer;
        self
    }

    /// Has an allocation fail that finds room neither in the file nor in `ZKARENA_RAM`, and the phase not open
    /// where there is no file. Rust programs end where an allocation of theirs fails.
    pub const fn require(mut self) -> Self {
        self.require = true;
        self
    }

    /// Has nothing be written to a disk as it is.
    ///
    /// Blocks of library code stay in memory then, since mapped pages cannot be encrypted; it allows a phase
    /// to be one of a witness, too. What is to be on the disk goes to a store with
    /// [`StorePlan::encrypt`](crate::StorePlan::encrypt).
    pub const fn encrypt(mut self) -> Self {
        self.encrypt = true;
        self
    }

    pub(crate) const fn prefers_file(self) -> bool {
        matches!(self.prefer, Prefer::File)
    }

    pub(crate) const fn requires_file(self) -> bool {
        self.require
    }

    pub(crate) const fn may_use_file(self) -> bool {
        !self.encrypt
    }

    /// As a word that is not zero, in which sizes beyond all memory are cut.
    pub(super) fn packed(self) -> u64 {
        let flag = |set: bool, flag: u64| if set { flag } else { 0 };
        let min = (self.min as u64).min(u64::MAX >> FLAG_BITS);
        let flags = flag(self.prefers_file(), FILE_FIRST)
            | flag(self.require, REQUIRE)
            | flag(self.encrypt, ENCRYPT);
        min << FLAG_BITS | flags | PRESENT
    }

    /// The policy that [`packed`](Self::packed) made a word of; none of zero.
    pub(super) fn unpacked(word: u64) -> Option<Self> {
        let has = |flag: u64| word & flag != 0;
        has(PRESENT).then(|| Self {
            min: usize::try_from(word >> FLAG_BITS).unwrap_or(usize::MAX),
            prefer: if has(FILE_FIRST) {
                Prefer::File
            } else {
                Prefer::Budget
            },
            require: has(REQUIRE),
            encrypt: has(ENCRYPT),
        })
    }
}

impl Default for Lowmem {
    fn default() -> Self {
        Self::new()
    }
}

/// The phase to charge and its policy, if a block of that size is for a file, or for the budget.
#[inline]
pub(crate) fn lowmem(bytes: usize) -> Option<(Tag, Lowmem)> {
    if OPEN.load(Ordering::Relaxed) == 0 {
        return None;
    }
    let tag = current::current();
    let policy = slots::lowmem(tag).filter(|policy| bytes >= policy.min)?;
    Some((tag, policy))
}

/// Takes bytes of the budget; `false` if it has no room.
pub(crate) fn take_ram(bytes: usize) -> bool {
    let taken = store::take_ram(bytes as u64);
    if taken {
        IN_RAM.fetch_add(bytes as u64, Ordering::Relaxed);
    }
    taken
}

/// Gives bytes back that [`take_ram`] took.
pub(crate) fn give_ram(bytes: usize) {
    IN_RAM.fetch_sub(bytes as u64, Ordering::Relaxed);
    store::give_ram(bytes as u64);
}

/// Whether any block is on the budget.
#[inline]
pub(crate) fn uses_ram() -> bool {
    IN_RAM.load(Ordering::Relaxed) != 0
}

/// A block goes to memory beyond the budget.
pub(crate) fn went_beyond(bytes: usize) {
    BEYOND.fetch_add(bytes as u64, Ordering::Relaxed);
}

/// A block is refused.
pub(crate) fn refused(bytes: usize) {
    REFUSED.fetch_add(bytes as u64, Ordering::Relaxed);
}

/// What the report tells.
pub(super) fn stats() -> LowmemStats {
    let [file_bytes, file_peak_bytes] = store::library_bytes();
    let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
    LowmemStats {
        file_bytes,
        file_peak_bytes,
        ram_bytes: read(&IN_RAM),
        beyond_bytes: read(&BEYOND),
        refused_bytes: read(&REFUSED),
        lost: store::is_lost(),
    }
}

/// Ahead of a phase with a policy: looks for the file.
///
/// # Errors
/// [`AllocError`] if the plan contradicts itself, or if a file is required and there is none.
pub(super) fn prepare(plan: Plan, around: Tag) -> Result<(), AllocError> {
    let Some(policy) = plan.lowmem else {
        return Ok(());
    };
    let refuse = |cause| Err(AllocError::new(policy.min, cause));
    if policy.encrypt {
        return if policy.require {
            refuse(Cause::EncryptedMapping)
        } else {
            Ok(())
        };
    }
    if plan.witness {
        return refuse(Cause::WitnessOnDisk);
    }
    if slots::is_secret(slots::nearest_open(around)) {
        return Ok(()); // a witness comes first, and stays in memory
    }
    let file = current::untracked(store::open_library);
    if policy.require && file.is_err() {
        return refuse(Cause::NoLibraryFile);
    }
    if policy.require && report::allocator_state() != AllocatorState::Installed {
        return refuse(Cause::NotServed);
    }
    Ok(())
}

/// Whether the blocks of library code are whole, for generated code that returns an error otherwise.
///
/// # Errors
/// [`AllocError`] if content of theirs is gone, in this phase or before.
pub fn check_library_file() -> Result<(), AllocError> {
    if store::is_lost() {
        Err(AllocError::new(0, Cause::LibraryFileLost))
    } else {
        Ok(())
    }
}

/// A phase begins that has a policy of its own.
pub(super) fn opened(policy: Lowmem) {
    slots::share_lowmem(Some(policy));
    OPEN.fetch_add(1, Ordering::Relaxed);
    store::phase_opened();
}

/// It ends.
pub(super) fn ended() {
    store::phase_ended();
    if OPEN.fetch_sub(1, Ordering::Relaxed) == 1 {
        slots::share_lowmem(None);
    }
}
