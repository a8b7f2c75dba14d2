//! A fork at any moment leaves the child a heap at rest: it allocates, frees, trims and opens phases.

mod common;

use common::block::Block;
use common::child::in_child;
use common::random::Random;
use common::{KIB, MIB, PAGE};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zkarena::{PhaseAlloc, PhaseGuard, Plan, Retention, phase, report, set_retention, site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const FORKS: usize = 1000;
/// Children alive at once.
const TOGETHER: usize = 20;
/// A child that takes longer hangs.
const WATCHDOG: Duration = Duration::from_secs(20);

/// Forks; the child runs `work` and leaves at once, with 0 unless it panicked.
fn fork(work: impl FnOnce()) -> libc::pid_t {
    // SAFETY: the child allocates although other threads may run, which is what is tested; it leaves by `_exit`.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork: {}", std::io::Error::last_os_error());
    if child == 0 {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // SAFETY: ends the process; nothing runs after it.
        unsafe { libc::_exit(i32::from(outcome.is_err())) };
    }
    child
}

/// Waits for a child; kills it and panics if it hangs.
fn wait(child: libc::pid_t) {
    let deadline = Instant::now() + WATCHDOG;
    let mut status = -1;
    loop {
        // SAFETY: `child` is our child and `status` a valid place for the answer.
        let ended = unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) };
        if ended == child {
            break;
        }
        if Instant::now() > deadline {
            // SAFETY: `child` is our child and was not waited for yet.
            unsafe { libc::kill(child, libc::SIGKILL) };
            panic!("the child hangs");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    assert_eq!(status, 0, "the child failed");
}

/// A little of everything, with contents checked.
fn exercise(seed: u64) {
    let mut random = Random::new(seed);
    let own = Block::new(random.size(4 * KIB, MIB), 8, seed).expect("memory");
    phase("child", || {
        let mut blocks: Vec<Block> = (0..6)
            .filter_map(|id| Block::new(random.size(PAGE, 64 * KIB), 8, id))
            .collect();
        blocks.extend(Block::zeroed(random.size(PAGE, 256 * KIB), 8, 7));
        assert_eq!(blocks.len(), 7, "memory");
        blocks.truncate(4);
        phase("inner", || assert!(blocks[0].resize(100 * KIB)));
    });
    own.check();
    witness(seed);
    if seed.is_multiple_of(4) {
        witness_phase(seed);
    }
}

/// A phase in which all is a secret.
fn witness_phase(seed: u64) {
    let _guard = PhaseGuard::root(site!("secret"), Plan::new().witness());
    let blocks: Vec<Block> = [24, 3000, 5 * KIB, MIB]
        .into_iter()
        .filter_map(|bytes| Block::new(bytes, 8, seed))
        .collect();
    assert_eq!(blocks.len(), 4, "memory");
    blocks.iter().for_each(Block::check);
}

/// A witness in a phase of its own.
fn witness(seed: u64) {
    let guard = PhaseGuard::root(site!("witness"), Plan::new());
    for words in [100, 10_000, 100_000] {
        let vec = guard.handle().witness().vec_from(&vec![seed; words]);
        assert!(vec.iter().all(|&word| word == seed));
    }
}

/// Threads that never stop working with the heap and with phases, while `body` runs.
fn beside_busy_threads(body: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..2u64 {
            let over = &over;
            scope.spawn(move || {
                for round in 0.. {
                    exercise(thread << 32 | round);
                    if thread == 0 && round % 16 == 0 {
                        zkarena::trim();
                        drop(report());
                    }
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}

#[test]
fn a_thousand_forks_beside_busy_threads() {
    in_child("a_thousand_forks_beside_busy_threads", || {
        set_retention(Retention::Retain); // no watcher: there are threads enough
        let inherited = Block::new(MIB, 8, 9).expect("memory");
        beside_busy_threads(|| {
            for batch in 0..FORKS / TOGETHER {
                let child = |at: usize| {
                    fork(|| {
                        let at = (batch * TOGETHER + at) as u64;
                        exercise(at);
                        if at.is_multiple_of(8) {
                            zkarena::trim();
                            assert!(report().heap().reserved_bytes > 0);
                        }
                        inherited.check();
                    })
                };
                let children: Vec<libc::pid_t> = (0..TOGETHER).map(child).collect();
                children.into_iter().for_each(wait);
            }
        });
    });
}

#[test]
fn forks_inside_a_phase() {
    in_child("forks_inside_a_phase", || {
        set_retention(Retention::Retain);
        drop(Block::new(64 * MIB, 8, 1)); // page faults of the parent are none of the child's
        beside_busy_threads(|| {
            for at in 0..50 {
                let guards = [&OUTER, &INNER].map(zkarena::PhaseGuard::open);
                let held = Block::new(MIB, 8, 2).expect("memory");
                let mut owned = Some((held, guards));
                let child = fork(|| {
                    exercise(at);
                    let (held, guards) = owned.take().expect("what the parent had");
                    drop(held);
                    drop(guards.into_iter().rev().collect::<Vec<_>>()); // both end in the child, too
                    let report = report();
                    let outer = report
                        .phases()
                        .iter()
                        .rev()
                        .find(|phase| phase.name == "outer")
                        .expect("the outer phase");
                    assert!(
                        outer.minor_faults < 1 << 40,
                        "a count went below zero: {}",
                        outer.minor_faults
                    );
                    exercise(at + 1);
                    zkarena::trim();
                });
                wait(child);
                drop(owned);
            }
        });
    });
}

/// Opening and ending phases takes other locks than allocating does.
#[test]
fn forks_beside_threads_that_only_open_phases() {
    in_child("forks_beside_threads_that_only_open_phases", || {
        let _worthwhile = Block::new(32 * MIB, 8, 1).expect("memory"); // so that the watcher runs
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        phase("outside", || phase("inside", || ()));
                    }
                });
            }
            let forks =
                || (0..500).for_each(|_| wait(fork(|| phase("child", || phase("inner", || ())))));
            let outcome = std::panic::catch_unwind(forks);
            over.store(true, Ordering::Relaxed);
            outcome.expect("no child hangs");
        });
    });
}

/// Threads that do nothing but take the heap's locks: a fork finds one of them inside.
#[test]
fn forks_beside_threads_that_only_allocate() {
    in_child("forks_beside_threads_that_only_allocate", || {
        set_retention(Retention::Retain);
        let over = AtomicBool::new(false);
        let busy = || {
            while !over.load(Ordering::Relaxed) {
                // Small spans, which threads keep, and larger ones, which have one lock; never touched.
                let spans: Vec<Vec<u8>> = (1..40)
                    .map(|pages| Vec::with_capacity(pages * PAGE))
                    .collect();
                drop(std::hint::black_box(spans));
            }
        };
        let child = || {
            let blocks: Vec<Block> = (1..40)
                .filter_map(|pages| Block::new(pages * PAGE, 8, 1))
                .collect();
            assert_eq!(blocks.len(), 39, "memory");
            drop(blocks);
            zkarena::trim();
            assert!(report().heap().reserved_bytes > 0);
        };
        std::thread::scope(|scope| {
            scope.spawn(busy);
            scope.spawn(busy);
            let forks = || (0..200).for_each(|_| wait(fork(child)));
            let outcome = std::panic::catch_unwind(forks);
            over.store(true, Ordering::Relaxed);
            outcome.expect("no child hangs");
        });
    });
}

static OUTER: zkarena::Site = zkarena::Site::new("outer", "", "", 1);
static INNER: zkarena::Site = zkarena::Site::new("inner", "", "", 2);

#[test]
fn a_child_forks_again_and_starts_threads() {
    in_child("a_child_forks_again_and_starts_threads", || {
        beside_busy_threads(|| {
            for at in 0..20 {
                wait(fork(|| {
                    wait(fork(|| exercise(at)));
                    std::thread::scope(|scope| {
                        for thread in 0..3 {
                            scope.spawn(move || exercise(at + thread));
                        }
                    });
                }));
            }
        });
    });
}

/// The default policy starts a watcher thread, which a child does not inherit.
#[test]
fn forks_under_the_default_policy() {
    in_child("forks_under_the_default_policy", || {
        phase("large", || drop(Block::new(32 * MIB, 8, 1)));
        for _ in 0..20 {
            wait(fork(|| phase("large", || drop(Block::new(32 * MIB, 8, 1)))));
        }
    });
}
