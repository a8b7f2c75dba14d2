//! Retention: what stays backed after a root phase is what the policy says, and by default the
//! process is small once it has been idle.

mod common;

use common::MIB;
use common::block::Block;
use common::child::in_child;
use common::memory::resident;
use std::time::{Duration, Instant};
use zkarena::{PhaseAlloc, Retention, phase, report, set_retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Resident beyond the start of the process.
const SMALL: usize = 16 * MIB;
/// Far beyond the idle time: a machine may be busy, and a miss is no measurement.
const PATIENCE: Duration = Duration::from_secs(40);

fn retained() -> usize {
    usize::try_from(report().heap().retained_bytes).expect("a size")
}

/// What the reports themselves need now and then.
const REPORTS: usize = MIB;

/// A phase that needs `bytes` at once, all of them written.
fn prove(bytes: usize) {
    phase("prove", || drop(Block::new(bytes, 8, 1).expect("memory")));
}

/// Waits until the process is at most `most` bytes.
fn wait_for_small(when: &str, most: usize) {
    let deadline = Instant::now() + PATIENCE;
    while resident() > most {
        assert!(
            Instant::now() < deadline,
            "{when}: still {} resident, {:?}",
            resident(),
            report().heap()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn by_default_after_the_idle_time() {
    in_child("by_default_after_the_idle_time", || {
        let most = resident() + SMALL;
        for _ in 0..3 {
            prove(256 * MIB);
            assert!(
                retained() + REPORTS >= 256 * MIB,
                "kept warm while proofs follow each other: {:?}",
                report().heap()
            );
        }
        wait_for_small("after three proofs", most);
        prove(256 * MIB);
        wait_for_small("after the next one", most);
    });
}

/// A service keeps a result until it is sent, and is idle then.
#[test]
fn by_default_when_results_are_dropped_late() {
    in_child("by_default_when_results_are_dropped_late", || {
        let most = resident() + SMALL;
        let result = phase("prove", || {
            drop(Block::new(64 * MIB, 8, 1));
            Block::new(200 * MIB, 8, 2).expect("memory")
        });
        wait_for_small("with the result held", most + 200 * MIB);
        std::thread::sleep(Duration::from_secs(3));
        drop(result);
        wait_for_small("after the result was dropped", most);
    });
}

#[test]
fn by_default_in_a_forked_child() {
    in_child("by_default_in_a_forked_child", || {
        let (parked, park) = std::sync::mpsc::channel::<()>();
        let elsewhere = std::thread::spawn(move || phase("elsewhere", || park.recv()));
        while report().phases().is_empty() && report().sites().is_empty() {
            std::thread::yield_now(); // until the phase elsewhere is open
        }
        let most = resident() + SMALL;
        // SAFETY: the child allocates, which is what is tested, and leaves by `_exit`.
        let child = unsafe { libc::fork() };
        if child == 0 {
            prove(128 * MIB);
            wait_for_small("in the child", most);
            // SAFETY: ends the process; nothing runs after it.
            unsafe { libc::_exit(0) };
        }
        let mut status = -1;
        // SAFETY: `child` is our child and `status` a valid place for the answer.
        let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!((waited, status), (child, 0), "the child got small");
        drop(parked);
        assert!(
            elsewhere.join().expect("a thread").is_err(),
            "the channel was closed"
        );
    });
}

#[test]
fn within_a_budget() {
    in_child("within_a_budget", || {
        let start = resident();
        set_retention(Retention::Budget(32 * MIB));
        for _ in 0..3 {
            prove(256 * MIB);
            assert!(
                (30 * MIB..=32 * MIB).contains(&retained()),
                "{:?}",
                report().heap()
            );
            assert!(resident() <= start + 32 * MIB + SMALL);
        }
        phase("root", || {
            phase("nested", || drop(Block::new(256 * MIB, 8, 1)));
            assert!(
                retained() > 200 * MIB,
                "the end of a nested phase is no reason"
            );
        });
        assert!(retained() <= 32 * MIB);
        set_retention(Retention::Budget(0));
        prove(64 * MIB);
        assert!(
            retained() <= MIB,
            "what the report itself needed: {:?}",
            report().heap()
        );
    });
}

#[test]
fn trimmed_to_what_recent_phases_needed() {
    in_child("trimmed_to_what_recent_phases_needed", || {
        set_retention(Retention::Retain);
        prove(256 * MIB); // an old peak
        set_retention(Retention::Trim);
        let mut seen = vec![retained()];
        for _ in 0..40 {
            prove(32 * MIB);
            seen.push(retained());
        }
        assert!(
            seen.is_sorted_by(|before, after| after <= before),
            "{seen:?}"
        );
        let last = *seen.last().expect("a figure");
        assert!(
            (31 * MIB..=64 * MIB).contains(&last),
            "what 40 phases of 32 MiB need: {last}"
        );
        prove(128 * MIB);
        assert!(
            (120 * MIB..=130 * MIB).contains(&retained()),
            "a rise is followed at once: {}",
            retained()
        );
    });
}

#[test]
fn kept_on_request() {
    in_child("kept_on_request", || {
        set_retention(Retention::Retain);
        prove(128 * MIB);
        // Longer than the idle time: nothing is to happen.
        std::thread::sleep(Duration::from_secs(4));
        assert!(
            retained() + REPORTS >= 128 * MIB && resident() >= 128 * MIB,
            "{:?}",
            report().heap()
        );
        set_retention(Retention::UntilIdle);
        phase("next", || ());
        wait_for_small("switched to the default", SMALL + 16 * MIB);
    });
}
