//! Threads that took part in a witness phase and were not cleared since.
//!
//! A thread takes a seat with its first secret block, and leaves it when it was cleared: by the
//! phase's end, by its own, or by the program's call. Who ends a phase waits for the seats that
//! are taken then.
#![forbid(unsafe_code)]

use super::slots::{self, NOBODY, SHARED, Tag};
use crate::os;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use crate::wipe;
use std::cell::Cell;
use std::ffi::c_void;

const SEATS: usize = 1024;

/// Who sits where: the outermost witness phase in the low half, a number of its own in the high
/// half; 0 if nobody does.
static SEATED: [AtomicU64; SEATS] = [const { AtomicU64::new(0) }; SEATS];

/// The number that the kernel has for who sits there.
static THREADS: [AtomicU32; SEATS] = [const { AtomicU32::new(0) }; SEATS];

/// Threads that found no seat: nobody waits for them.
static STANDING: AtomicU32 = AtomicU32::new(0);

const NO_SEAT: usize = usize::MAX;
const STANDS: usize = SEATS;

thread_local! {
    // Const and without a destructor: usable before `main` and while the thread ends.
    static SEAT: Cell<usize> = const { Cell::new(NO_SEAT) };
    /// The phase that the thread was last seated for.
    static FOR: Cell<Tag> = const { Cell::new(NOBODY) };
}

/// The calling thread takes part in a phase.
#[inline]
pub(super) fn join(tag: Tag) {
    if FOR.get() != tag {
        take_seat(tag);
    }
}

#[cold]
#[inline(never)]
fn take_seat(tag: Tag) {
    FOR.set(tag);
    let root = slots::outermost_secret(tag).unwrap_or(SHARED);
    match SEAT.get() {
        NO_SEAT => {
            SEAT.set(free_seat(root));
            os::at_thread_exit(clear_at_exit);
            os::dump_stack(false);
        }
        STANDS => {}
        seat => {
            let entry = SEATED[seat].load(Ordering::Relaxed);
            if root_at(entry) != root {
                // Of several phases, so each waits for it.
                let shared = entry & !u64::from(u32::MAX) | u64::from(SHARED);
                SEATED[seat].store(shared, Ordering::Relaxed);
            }
        }
    }
}

fn free_seat(root: Tag) -> usize {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let entry = u64::from(number) << 32 | u64::from(root);
    let free = |seat: &AtomicU64| {
        seat.compare_exchange(0, entry, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    };
    let Some(seat) = SEATED.iter().position(free) else {
        STANDING.fetch_add(1, Ordering::Relaxed);
        return STANDS;
    };
    THREADS[seat].store(os::thread_id(), Ordering::Relaxed);
    seat
}

#[expect(clippy::cast_possible_truncation, reason = "the low half")]
const fn root_at(entry: u64) -> Tag {
    entry as Tag
}

/// The calling thread was cleared.
pub(super) fn leave() {
    FOR.set(NOBODY);
    match SEAT.replace(NO_SEAT) {
        NO_SEAT => return,
        STANDS => {
            STANDING.fetch_sub(1, Ordering::Relaxed);
        }
        // The last thing that others see of what was done before.
        seat => SEATED[seat].store(0, Ordering::Release),
    }
    os::dump_stack(true);
}

extern "C" fn clear_at_exit(_: *mut c_void) {
    wipe::wipe_thread();
    leave();
}

/// Threads that took part in a phase at one moment, apart from the calling one.
#[derive(Debug)]
pub(super) struct Others {
    seated: [u64; SEATS],
}

impl Others {
    /// Those who were not cleared yet.
    pub(super) fn of(root: Tag) -> Self {
        let own = SEAT.get();
        let mut seated = [0; SEATS];
        for (at, (seat, entry)) in SEATED.iter().zip(&mut seated).enumerate() {
            let now = seat.load(Ordering::Relaxed);
            if at != own && (root_at(now) == root || root_at(now) == SHARED) {
                *entry = now;
            }
        }
        Self { seated }
    }

    /// How many of them were not cleared since.
    pub(super) fn left(&self) -> usize {
        self.seats().count() + STANDING.load(Ordering::Relaxed) as usize
    }

    /// Whether one of them began after that moment, and so may be about to end. Who was there before
    /// has other work to do, and is not waited for.
    pub(super) fn may_end_soon(&self, since_ns: u64) -> bool {
        self.seats().any(|seat| {
            let thread = THREADS[seat].load(Ordering::Relaxed);
            os::began_after(thread, since_ns)
        })
    }

    fn seats(&self) -> impl Iterator<Item = usize> {
        let number = |entry: u64| entry >> 32;
        (0..SEATS).filter(move |&seat| {
            let (then, now) = (self.seated[seat], SEATED[seat].load(Ordering::Acquire));
            then != 0 && now != 0 && number(now) == number(then)
        })
    }
}

/// Behind a fork, in the child: of all threads only the calling one is there.
pub(super) fn after_fork_in_child() {
    let own = SEAT.get();
    STANDING.store(u32::from(own == STANDS), Ordering::Relaxed);
    for (at, seat) in SEATED.iter().enumerate() {
        if at != own {
            seat.store(0, Ordering::Relaxed);
        }
    }
}
