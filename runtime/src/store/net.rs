//! The net under mapped files: who touches pages that are gone finds zeros, and the owner a flag.
//!
//! Pages are gone when somebody cuts the file, or when its disk cannot read them. The kernel then sends
//! a signal to the thread that touches them; its handler looks here.
#![forbid(unsafe_code)]

use super::file::lock;
use crate::os;
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// Addresses of a mapping. Places form a list that only grows, for a signal handler to walk; those whose
/// mapping is gone are used again.
///
/// # Invariants
/// 1. While a mapping is live its place has its addresses, and no other place has any of them.
#[derive(Debug)]
pub(super) struct Place {
    start: AtomicUsize,
    /// Zero while there is no mapping: then the rest says nothing.
    end: AtomicUsize,
    lost: AtomicBool,
    next: OnceLock<&'static Place>,
}

/// The first of all places, which never has a mapping.
static FIRST: Place = Place::new();

/// The last place, and those that are to be used again.
static LIST: Mutex<(Option<&'static Place>, Vec<&'static Place>)> = Mutex::new((None, Vec::new()));

/// Puts the net under a mapping; `None` if the system has no such net.
pub(super) fn under(start: usize, len: usize) -> Option<&'static Place> {
    if !os::catch_faults(note_loss) {
        return None;
    }
    let place = a_place();
    place.lost.store(false, Ordering::Relaxed);
    // Two stores, which the handler may see one of: it looks at the start twice.
    place.start.store(start, Ordering::SeqCst);
    place.end.store(start + len, Ordering::SeqCst);
    Some(place)
}

fn a_place() -> &'static Place {
    let (last, unused) = &mut *lock(&LIST);
    unused.pop().unwrap_or_else(|| {
        let place: &'static Place = Box::leak(Box::new(Place::new()));
        // Only the last one has no next, and it is set under the lock.
        let _ = last.unwrap_or(&FIRST).next.set(place);
        *last = Some(place);
        place
    })
}

impl Place {
    const fn new() -> Self {
        Self {
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
            next: OnceLock::new(),
        }
    }

    /// Takes the net away, before the mapping goes.
    pub(super) fn clear(&'static self) {
        self.end.store(0, Ordering::SeqCst);
        lock(&LIST).1.push(self);
    }

    /// Whether pages of the mapping were gone when they were touched.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    fn has(&self, at: usize) -> bool {
        let start = self.start.load(Ordering::SeqCst);
        let end = self.end.load(Ordering::SeqCst);
        // A place that changes meanwhile is none of ours: the mapping that faults is live.
        (start..end).contains(&at) && start == self.start.load(Ordering::SeqCst)
    }
}

/// Runs in a signal handler: notes a loss, if the address is in a mapping.
fn note_loss(at: usize) -> bool {
    let mut place = &FIRST;
    while let Some(&next) = place.next.get() {
        place = next;
        if place.has(at) {
            place.lost.store(true, Ordering::Release);
            return true;
        }
    }
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_noted_where_it_is() {
        let [first, second] =
            [0x10_0000, 0x20_0000].map(|start| under(start, 0x1000).expect("a net"));
        assert!(note_loss(0x20_0fff) && !note_loss(0x20_1000) && !note_loss(0));
        assert!(!first.is_lost() && second.is_lost());
        second.clear();
        assert!(!note_loss(0x20_0000));
        let third = under(0x30_0000, 0x1000).expect("a net");
        assert!(!third.is_lost() && note_loss(0x30_0000) && third.is_lost());
        first.clear();
        third.clear();
    }
}
