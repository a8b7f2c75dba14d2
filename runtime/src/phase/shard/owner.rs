//! Opening and ending the memory of a phase.

use super::core::Core;
use super::owned::{Gauge, Owned, Use};
use crate::arena::ArenaKind;
use crate::error::{AllocError, Cause};
use crate::lock::Lock;
use crate::phase::plan::Plan;
use crate::phase::slots::{self, Tag};
use crate::sync::atomic::Ordering;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
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
        if plan.up_front() > 0 {
            owner.reserve(plan)?;
        }
        Ok(owner)
    }

    #[cold]
    fn reserve(&self, plan: Plan) -> Result<(), AllocError> {
        let (core, bytes) = (self.core(), plan.up_front());
        core.with_shard(|shard| core.refill(shard, ArenaKind::Poly, bytes, Use::Reserved))
            .map_err(|refused| plan.explained(refused))
    }

    /// The core.
    pub(in crate::phase) fn core(&self) -> &Core {
        // SAFETY: valid until the owner is dropped (invariant 1), and never borrowed mutably.
        unsafe { self.core.as_ref() }
    }

    /// Frees every block; each shard keeps the chunk it is cutting from, or the one that was reserved.
    pub(in crate::phase) fn reset(&mut self) {
        // SAFETY: we are borrowed mutably, so nobody holds a borrow of the phase.
        unsafe { self.core().return_to_reserved() };
        // SAFETY: as above.
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
            !owned.is_block()
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
        let bytes = shard.scratch_bytes.swap(0, Ordering::Relaxed);
        slots::resize(self.core().tag(), bytes, 0);
        // SAFETY: nobody else can reach the shard (the caller's promise).
        let scratch = unsafe { &mut *shard.scratch.get() };
        if slots::is_secret(self.core().tag()) {
            *scratch = None; // to be wiped
        } else if let Some(scratch) = scratch {
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
        slots::grew(core.tag(), core.growth());
        for shard in core.used() {
            core.shards[shard].growths.store(0, Ordering::Relaxed);
        }
        core.grown.clear();
        core.in_use.clear();
        core.by_kind.iter().for_each(Gauge::clear);
        core.used
            .iter()
            .for_each(|word| word.store(0, Ordering::Relaxed));
    }
}

thread_local! {
    /// The core of the thread's last phase, for its next one.
    static NEAR: Near = const { Near(Cell::new(null_mut())) };
}

struct Near(Cell<*mut Core>);

impl Drop for Near {
    fn drop(&mut self) {
        if let Some(core) = NonNull::new(self.0.get()) {
            rest_far(core);
        }
    }
}

static CORES: Lock<Cores> = Lock::new(Cores {
    all: null_mut(),
    at_rest: null_mut(),
    resting: 0,
});
/// Cores in the list of those at rest; what is more is deleted.
const MOST_RESTING: usize = 8;

/// All cores there are, linked by `next`, and those at rest that no thread keeps, linked by `next_at_rest`.
struct Cores {
    all: *mut Core,
    at_rest: *mut Core,
    resting: usize,
}

// SAFETY: the pointers are followed and the links changed under the lock only; a core is valid for as long as it is in `all`.
unsafe impl Send for Cores {}

/// A core at rest, or a new one.
#[inline]
fn take() -> Option<NonNull<Core>> {
    let core = NEAR.try_with(|near| near.0.replace(null_mut()));
    core.ok().and_then(NonNull::new).or_else(take_far)
}

#[cold]
fn take_far() -> Option<NonNull<Core>> {
    let mut cores = CORES.lock();
    let Some(core) = NonNull::new(cores.at_rest) else {
        return cores.add();
    };
    // SAFETY: a core of the list (see `Cores`).
    cores.at_rest = unsafe { core.as_ref() }.next_at_rest.get();
    cores.resting -= 1;
    Some(core)
}

/// Puts a clean core to rest.
#[inline]
fn rest(core: NonNull<Core>) {
    let kept = NEAR.try_with(|near| {
        let free = near.0.get().is_null();
        if free {
            near.0.set(core.as_ptr());
        }
        free
    });
    if kept != Ok(true) {
        rest_far(core);
    }
}

#[cold]
fn rest_far(core: NonNull<Core>) {
    let mut cores = CORES.lock();
    if cores.resting == MOST_RESTING {
        // SAFETY: the core is one of the list, has no owner, and is not used afterwards.
        return unsafe { cores.delete(core) };
    }
    // SAFETY: a core of the list (see `Cores`).
    let link = unsafe { &core.as_ref().next_at_rest };
    link.set(cores.at_rest);
    cores.at_rest = core.as_ptr();
    cores.resting += 1;
}

impl Cores {
    /// Makes a core.
    fn add(&mut self) -> Option<NonNull<Core>> {
        // Not from the heap of spans: a program that opens phases need not have one.
        // SAFETY: the size is not zero.
        let block = unsafe { System.alloc_zeroed(Layout::new::<Core>()) };
        let core: NonNull<Core> = NonNull::new(block)?.cast();
        // SAFETY: a new block for a `Core`, which reads zero.
        unsafe { Core::init(core, self.all) };
        self.all = core.as_ptr();
        Some(core)
    }

    /// Deletes a core.
    ///
    /// # Safety
    /// It is one of the list, has no owner, and is not used afterwards.
    unsafe fn delete(&mut self, core: NonNull<Core>) {
        // SAFETY: the caller's promise.
        let after = unsafe { core.as_ref() }.next.get();
        if self.all == core.as_ptr() {
            self.all = after;
        }
        self.each(|other| {
            if other.next.get() == core.as_ptr() {
                other.next.set(after);
            }
        });
        // SAFETY: the caller's promise.
        unsafe { core.drop_in_place() };
        // SAFETY: made by `add` with this layout, and not used any more.
        unsafe { System.dealloc(core.as_ptr().cast(), Layout::new::<Core>()) };
    }

    fn each(&self, visit: impl Fn(&Core)) {
        let mut at = self.all;
        // SAFETY: a core of the list (see `Cores`).
        while let Some(core) = unsafe { at.as_ref() } {
            visit(core);
            at = core.next.get();
        }
    }
}

/// Takes the locks of all cores ahead of a fork: one that another thread holds then would stay locked in the child.
pub(in crate::phase) fn before_fork() {
    let cores = CORES.lock();
    cores.each(|core| {
        core.shared.lock();
        core.holdings.raw().lock();
    });
    std::mem::forget(cores); // held until after the fork
}

/// Releases what [`before_fork`] took, in parent and child.
pub(in crate::phase) fn after_fork() {
    CORES.raw().unlock();
    let cores = CORES.lock();
    cores.each(|core| {
        core.holdings.raw().unlock();
        core.shared.unlock();
    });
}
