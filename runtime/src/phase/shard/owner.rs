//! Opening and ending the memory of a phase.

use super::core::Core;
use super::owned::{Gauge, Owned};
use super::seat;
use crate::arena::{ArenaKind, Pages};
use crate::error::{AllocError, Cause};
use crate::lock::Lock;
use crate::phase::plan::Plan;
use crate::phase::slots::Tag;
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::marker::PhantomData;
use std::mem::size_of;
use std::ptr::{self, NonNull, null_mut};

/// The one owner of an open core; dropping it ends the core.
///
/// # Invariants
/// 1. `core` is a core that nobody else owns, from [`take`].
#[derive(Debug)]
pub(in crate::phase) struct Owner<'parent> {
    core: NonNull<Core>,
    parent: PhantomData<&'parent Core>,
}

impl<'parent> Owner<'parent> {
    /// Opens a core inside `parent`, and takes what the plan reserves.
    pub(in crate::phase) fn open(
        name: &'static str,
        tag: Tag,
        plan: Plan,
        parent: Option<&'parent Core>,
    ) -> Result<Self, AllocError> {
        let core = take().ok_or(AllocError::new(size_of::<Core>(), Cause::System))?;
        let owner = Self {
            core,
            parent: PhantomData,
        };
        let core = owner.core();
        core.name.set(name);
        core.tag.set(tag);
        core.plan.set(plan);
        core.parent.set(parent.map_or(ptr::null(), ptr::from_ref));
        if plan.reserve > 0 {
            owner.reserve(plan.reserve)?;
        }
        Ok(owner)
    }

    #[cold]
    fn reserve(&self, bytes: usize) -> Result<(), AllocError> {
        let core = self.core();
        core.with_shard(|shard| {
            let poly = &shard.bumps[ArenaKind::Poly as usize];
            core.refill(poly, ArenaKind::Poly, bytes)
        })
    }

    /// The core.
    pub(in crate::phase) fn core(&self) -> &Core {
        // SAFETY: valid until the owner is dropped (invariant 1), and never borrowed mutably.
        unsafe { self.core.as_ref() }
    }

    /// Frees every block; each shard keeps the chunk it is cutting from.
    pub(in crate::phase) fn reset(&mut self) {
        // SAFETY: we are borrowed mutably, so nobody holds a borrow of the phase.
        unsafe { self.give_back(true) };
    }

    /// Gives the pages back, but for the current chunks if they are to be kept, and clears the books.
    ///
    /// # Safety
    /// Nobody holds a borrow of the phase.
    unsafe fn give_back(&self, keep_chunks: bool) {
        let core = self.core();
        let is_current = |owned: &Owned| {
            let start = owned.pages.start();
            !owned.is_block
                && owned.kind == ArenaKind::Poly
                && core.used().any(|shard| {
                    let poly = &core.shards[shard].bumps[ArenaKind::Poly as usize];
                    poly.chunk().is_some_and(|(chunk, _)| chunk == start)
                })
        };
        let mut holdings = core.holdings.lock();
        for owned in holdings.remove_all_but(|owned| keep_chunks && is_current(owned)) {
            // SAFETY: nobody holds a borrow of the phase, so no block in the pages is used any more.
            unsafe { core.release(owned) };
        }
        drop(holdings);
        for shard in core.used() {
            // SAFETY: as above; the shard's thread has no way to reach it now.
            unsafe { self.clear_shard(shard, keep_chunks) };
        }
        core.in_use.restart();
        core.by_kind.iter().for_each(Gauge::restart);
    }

    /// Starts a shard over.
    ///
    /// # Safety
    /// Nobody holds a borrow of the phase, and chunks that are not kept were given back.
    unsafe fn clear_shard(&self, index: usize, keep_chunk: bool) {
        let shard = &self.core().shards[index];
        for (kind, bump) in shard.bumps.iter().enumerate() {
            bump.clear_digest();
            if keep_chunk && kind == ArenaKind::Poly as usize {
                // SAFETY: the caller's promise.
                unsafe { bump.rewind() };
            } else {
                bump.empty();
            }
        }
        shard.scratch_bytes.store(0, Ordering::Relaxed);
        // SAFETY: nobody else can reach the shard (the caller's promise).
        if let Some(scratch) = unsafe { (*shard.scratch.get()).as_mut() } {
            scratch.reset();
        }
    }
}

impl Drop for Owner<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.core().is_clean() {
            // SAFETY: every borrow of the phase was a borrow of us.
            unsafe { self.end() };
        }
        rest(self.core);
    }
}

impl Owner<'_> {
    /// # Safety
    /// As for [`give_back`](Self::give_back).
    #[cold]
    #[inline(never)]
    unsafe fn end(&self) {
        // SAFETY: the caller's promise.
        unsafe { self.give_back(false) };
        let core = self.core();
        core.in_use.clear();
        core.by_kind.iter().for_each(Gauge::clear);
        core.used
            .iter()
            .for_each(|word| word.store(0, Ordering::Relaxed));
    }
}

/// Cores at rest: one within reach of a thread, and a few more in a list.
static NEAR: [AtomicPtr<Core>; PLACES] = [const { AtomicPtr::new(null_mut()) }; PLACES];
static FAR: Lock<Far> = Lock::new(Far {
    first: null_mut(),
    len: 0,
});
const PLACES: usize = 16;
/// Cores in the list; what is more goes back to the heap.
const MOST_FAR: usize = 8;

/// A list linked by `next`.
struct Far {
    first: *mut Core,
    len: usize,
}

// SAFETY: the cores of the list belong to the list.
unsafe impl Send for Far {}

fn near() -> &'static AtomicPtr<Core> {
    &NEAR[usize::from(seat::shard()) % PLACES]
}

/// A core at rest, or a new one.
fn take() -> Option<NonNull<Core>> {
    // Acquire: what the last owner wrote is seen by this one.
    let core = near().swap(null_mut(), Ordering::Acquire);
    NonNull::new(core).or_else(take_far)
}

#[cold]
fn take_far() -> Option<NonNull<Core>> {
    let mut far = FAR.lock();
    let Some(core) = NonNull::new(far.first) else {
        drop(far);
        return new();
    };
    // SAFETY: the cores of the list are valid, and the list is ours while we hold the lock.
    far.first = unsafe { core.as_ref() }.next.get();
    far.len -= 1;
    Some(core)
}

/// Puts a clean core to rest.
fn rest(core: NonNull<Core>) {
    let free = near().compare_exchange(
        null_mut(),
        core.as_ptr(),
        Ordering::Release,
        Ordering::Relaxed,
    );
    if free.is_err() {
        rest_far(core);
    }
}

#[cold]
fn rest_far(core: NonNull<Core>) {
    let mut far = FAR.lock();
    if far.len == MOST_FAR {
        drop(far);
        return delete(core);
    }
    // SAFETY: the core is clean and has no owner: it belongs to the list from here on.
    unsafe { core.as_ref() }.next.set(far.first);
    far.first = core.as_ptr();
    far.len += 1;
}

/// Makes a core on pages of its own.
#[cold]
fn new() -> Option<NonNull<Core>> {
    let pages = Pages::take_zeroed(size_of::<Core>())?;
    let core: NonNull<Core> = pages.start().cast();
    // SAFETY: pages of our own that hold a `Core`, aligned to a page, and read zero.
    unsafe { Core::init(core, pages) };
    Some(core)
}

/// Gives the pages of a clean core back.
#[cold]
fn delete(core: NonNull<Core>) {
    // SAFETY: the core is valid, and nobody else knows of it.
    let pages = unsafe { core.as_ref() }.pages.take();
    // SAFETY: as above; it is not used afterwards.
    unsafe { core.drop_in_place() };
    if let Some(pages) = pages {
        // SAFETY: the core in them is gone.
        unsafe { pages.give_back() };
    }
}
