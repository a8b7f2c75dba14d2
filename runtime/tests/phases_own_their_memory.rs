//! What is allocated in a phase lives exactly as long as the phase: beside its children, on every
//! thread, in whatever order guards go, and through panics.

mod common;

use common::child::by_itself;
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::{Barrier, Mutex};
use std::thread;
use zkarena::{Local, Phase, PhaseAlloc, PhaseGuard, Site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());

/// A thread that is ending has no place in the arena any more: what its destructors allocate must not
/// come from the place of the thread that took it over.
#[test]
fn destructors_of_an_ending_thread_share_no_place() {
    static MEET: Barrier = Barrier::new(2);
    static LATE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    struct AllocatesLate(Local<'static>);
    impl Drop for AllocatesLate {
        fn drop(&mut self) {
            MEET.wait(); // from here on the other thread may take the place of this one
            *LATE.lock().expect("no panic") = blocks(|n| self.0.alloc(n));
        }
    }
    fn blocks(alloc: impl Fn(usize) -> &'static mut usize) -> Vec<usize> {
        (0..100_000)
            .map(|n| std::ptr::from_mut(alloc(n)).addr())
            .collect()
    }
    thread_local! {
        static KEPT: RefCell<Option<AllocatesLate>> = const { RefCell::new(None) };
    }
    if !by_itself() {
        return;
    }
    let guard: &PhaseGuard<'_> = Box::leak(Box::new(PhaseGuard::open(&OUTER)));
    let phase: Phase<'static> = guard.handle();
    let next = thread::spawn(move || {
        MEET.wait();
        blocks(|n| phase.alloc(n))
    });
    let ending = thread::spawn(move || {
        // Used before anything of the phase, so destroyed after everything of the phase.
        KEPT.with_borrow(|kept| assert!(kept.is_none()));
        phase.alloc(0u8);
        KEPT.set(Some(AllocatesLate(phase.local())));
    });
    ending.join().expect("no panic");
    let next = next.join().expect("no panic");
    let all: HashSet<usize> = LATE
        .lock()
        .expect("no panic")
        .iter()
        .chain(&next)
        .copied()
        .collect();
    assert_eq!(all.len(), 200_000, "two threads were given the same block");
}
