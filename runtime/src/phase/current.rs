//! Which phase a thread's allocations are charged to.
//!
//! The current phase of a thread is the innermost one it opened or entered itself; a thread that did
//! neither (a rayon worker) takes part in the process's only open root phase. With several root
//! phases open at once such a thread's work cannot be told apart, and is counted as shared.
#![forbid(unsafe_code)]

use super::slots::{self, NOBODY, RESERVED, SHARED, Tag};
use super::witness;
use crate::lock::Lock;
use crate::sync::atomic::{AtomicU32, Ordering};
use std::cell::Cell;

/// A thread that keeps its books: not even the process's phase is charged.
const UNTRACKED: Tag = RESERVED[0];
/// The same, with memory for secrets.
const UNTRACKED_SECRET: Tag = RESERVED[1];

thread_local! {
    // Const and without a destructor: usable before `main` and while the thread ends.
    static OWN: Cell<Tag> = const { Cell::new(NOBODY) };
    /// The root phase that this thread opened.
    static ROOT: Cell<Tag> = const { Cell::new(NOBODY) };
}

/// What threads without a phase of their own take part in.
static PROCESS: AtomicU32 = AtomicU32::new(NOBODY);

/// The owner of what the calling thread allocates now.
#[inline]
pub(crate) fn current() -> Tag {
    match OWN.get() {
        NOBODY => PROCESS.load(Ordering::Relaxed),
        UNTRACKED | UNTRACKED_SECRET => NOBODY,
        own => own,
    }
}

/// As [`current`], if what the thread allocates now is a secret.
#[inline]
pub(super) fn current_secret() -> Option<Tag> {
    let tag = current();
    let secret = slots::is_secret(tag) || OWN.get() == UNTRACKED_SECRET;
    secret.then_some(tag)
}

/// Whether any phase is open.
pub(super) fn any_open() -> bool {
    PROCESS.load(Ordering::Relaxed) != NOBODY
}

/// The phase that the calling thread opened or entered itself.
pub(super) fn own() -> Tag {
    OWN.get()
}

/// Makes `tag` the calling thread's phase; returns the one before.
pub(super) fn set_own(tag: Tag) -> Tag {
    OWN.replace(tag)
}

/// Runs `f` with the calling thread's allocations charged to nobody, in ordinary memory.
pub(super) fn untracked<R>(f: impl FnOnce() -> R) -> R {
    as_nobody(UNTRACKED, f)
}

/// Runs `f` with the calling thread's allocations charged to nobody, and as secret as those of `tag`.
pub(super) fn untracked_like<R>(tag: Tag, f: impl FnOnce() -> R) -> R {
    let secret = slots::is_secret(tag);
    as_nobody(if secret { UNTRACKED_SECRET } else { UNTRACKED }, f)
}

fn as_nobody<R>(nobody: Tag, f: impl FnOnce() -> R) -> R {
    let own = OWN.replace(nobody);
    let result = f();
    OWN.set(own);
    result
}

/// The open root phases, when there are several.
///
/// # Invariants
/// 1. With no root open, `PROCESS` is nobody. With one, the list is empty and `PROCESS` is its
///    innermost phase, moved by its thread without a lock. With more, all are in the list, or counted in
///    `more`, and `PROCESS` is [`SHARED`].
#[derive(Debug)]
struct Roots {
    open: [Root; MOST_ROOTS],
    len: usize,
    /// Root phases beyond those: only their number matters.
    more: usize,
}

const MOST_ROOTS: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Root {
    tag: Tag,
    /// The innermost phase that the root's thread has open.
    innermost: Tag,
}

static ROOTS: Lock<Roots> = Lock::new(Roots::NONE);

impl Roots {
    const NONE: Self = Self {
        open: [Root {
            tag: NOBODY,
            innermost: NOBODY,
        }; MOST_ROOTS],
        len: 0,
        more: 0,
    };

    fn find(&mut self, is: impl Fn(&Root) -> bool) -> Option<&mut Root> {
        self.open[..self.len].iter_mut().find(|root| is(root))
    }

    fn add(&mut self, root: Root) {
        if self.len == MOST_ROOTS {
            self.more += 1;
        } else {
            self.open[self.len] = root;
            self.len += 1;
        }
    }

    /// Takes a root off; the last that is left becomes the process's phase.
    fn remove(&mut self, tag: Tag) {
        match self.open[..self.len]
            .iter()
            .position(|root| root.tag == tag)
        {
            Some(at) => {
                self.len -= 1;
                self.open[at] = self.open[self.len];
            }
            None => self.more = self.more.saturating_sub(1),
        }
        if self.len == 1 && self.more == 0 {
            self.len = 0;
            PROCESS.store(self.open[0].innermost, Ordering::Relaxed);
        } else if self.len + self.more == 0 {
            PROCESS.store(NOBODY, Ordering::Relaxed);
        }
    }
}

/// Moves the process from one phase to another, if it is in that one.
fn move_process(from: Tag, to: Tag) -> bool {
    let moved = PROCESS.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed);
    moved.is_ok()
}

/// A root phase begins.
#[inline]
pub(super) fn root_opened(tag: Tag) {
    ROOT.set(tag);
    if !move_process(NOBODY, tag) {
        root_opened_beside_others(tag);
    }
}

#[cold]
fn root_opened_beside_others(tag: Tag) {
    let mut roots = ROOTS.lock();
    if move_process(NOBODY, tag) {
        return; // the other one ended meanwhile
    }
    let alone = PROCESS.swap(SHARED, Ordering::Relaxed);
    if alone == NOBODY {
        PROCESS.store(tag, Ordering::Relaxed);
        return;
    }
    if alone != SHARED {
        roots.add(Root {
            tag: slots::root_of(alone),
            innermost: alone,
        });
    }
    roots.add(Root {
        tag,
        innermost: tag,
    });
}

/// A phase begins inside `parent`. Only the thread that opened the root moves its innermost phase:
/// what a worker opens is the worker's own.
#[inline]
pub(super) fn nested_opened(parent: Tag, tag: Tag) {
    let root = ROOT.get();
    if root == NOBODY || root != slots::root_of(parent) || move_process(parent, tag) {
        return;
    }
    if PROCESS.load(Ordering::Relaxed) == SHARED {
        let mut roots = ROOTS.lock();
        if let Some(root) = roots.find(|found| found.tag == root && found.innermost == parent) {
            root.innermost = tag;
        }
    }
}

/// A phase ends; `outer` is the innermost open phase around it.
#[inline]
pub(super) fn ended(tag: Tag, outer: Tag) {
    let root = slots::is_root(tag);
    let outer = if root { NOBODY } else { outer };
    if !move_process(tag, outer) && (root || PROCESS.load(Ordering::Relaxed) == SHARED) {
        ended_out_of_order(tag, outer);
    }
}

/// A phase ends beside other root phases, or ahead of phases inside it.
#[cold]
fn ended_out_of_order(tag: Tag, outer: Tag) {
    let mut roots = ROOTS.lock();
    let process = PROCESS.load(Ordering::Relaxed);
    if process != SHARED {
        let inside = process != NOBODY && slots::root_of(process) == tag;
        if process == tag || inside {
            move_process(process, outer);
        }
    } else if slots::is_root(tag) {
        roots.remove(tag);
    } else if let Some(root) = roots.find(|root| root.innermost == tag) {
        root.innermost = outer;
    }
}

/// Takes the lock ahead of a fork.
pub(super) fn before_fork() {
    ROOTS.raw().lock();
}

/// Releases the lock behind a fork, in the parent.
pub(super) fn after_fork_in_parent() {
    ROOTS.raw().unlock();
}

/// Releases the lock behind a fork, in the child: of the open phases only those around the forking
/// thread are its own; the threads of the others do not exist here.
pub(super) fn after_fork_in_child() {
    ROOTS.raw().unlock();
    let innermost = slots::nearest_open(own());
    slots::free_all_but(innermost);
    witness::after_fork_in_child(innermost);
    *ROOTS.lock() = Roots::NONE;
    PROCESS.store(innermost, Ordering::Relaxed);
}
