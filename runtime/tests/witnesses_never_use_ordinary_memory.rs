//! Where the heap of secrets has no room, or none that is protected as asked, a witness is refused with
//! a line that says what to do. No other memory ever holds one, and what is no witness goes on.

mod common;

use common::child::{command, in_child, in_child_with, is_child, limit, run};
use common::secrets::{heap_of, secret, secrets};
use common::{GIB, KIB, MIB};
use std::fs;
use std::sync::Barrier;
use zkarena::{AllocError, LockPolicy, Phase, PhaseGuard, Plan, protection, site};

// On purpose without `PhaseAlloc`: witnesses need no allocator of ours.

fn guard() -> PhaseGuard<'static> {
    PhaseGuard::root(site!("prove"), Plan::new())
}

/// Demands an error that says `words`, and that ordinary memory is to be had all the same.
fn is_refused<T>(refused: Result<T, AllocError>, words: &[&str], phase: Phase<'_>) {
    let refused = refused.err().expect("no witness without its memory");
    assert!(!refused.is_over_limit() && !refused.is_unprotected());
    let told = refused.to_string();
    assert!(
        words.iter().all(|word| told.contains(word)) && told.lines().count() == 1,
        "{told}"
    );
    let plain = phase.try_vec_from(&vec![7u64; 100 * KIB]);
    assert!(plain.is_ok(), "{plain:?}");
}

#[test]
fn blocks_of_every_size_are_in_the_heap_of_secrets() {
    in_child("blocks_of_every_size_are_in_the_heap_of_secrets", || {
        let guard = guard();
        for words in [1, 100, 4 * KIB, 8 * KIB, MIB, 5 * MIB] {
            let kept = [
                secrets(guard.handle(), words),
                guard.handle().witness().vec_zeroed(words),
            ];
            for vec in &kept {
                // Panics unless it is in a mapping that is wiped in forked children.
                let heap = heap_of(std::process::id(), vec.as_ptr().addr());
                assert!(heap.iter().any(|mapping| mapping.has("dd")));
            }
            let plain = guard.handle().vec_from(&vec![1u8; words * 8]);
            let heap = heap_of(std::process::id(), kept[0].as_ptr().addr());
            let inside = heap
                .iter()
                .any(|mapping| mapping.range.contains(&plain.as_ptr().addr()));
            assert!(!inside, "what is no witness is elsewhere");
        }
    });
}

/// The heap is opened by the first who needs it; the others wait for that, and are not refused.
#[test]
fn threads_that_come_first_together() {
    let name = "threads_that_come_first_together";
    if is_child(name) {
        let (guard, start) = (guard(), Barrier::new(8));
        let out = guard.handle();
        return std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let witness = out.witness().try_vec_from(&[secret(1)]);
                    assert_eq!(witness.expect("memory")[0], secret(1));
                });
            }
        });
    }
    for _ in 0..20 {
        run(&mut command(name)).assert_passed();
    }
}

#[test]
fn more_than_there_are_addresses() {
    in_child("more_than_there_are_addresses", || {
        let guard = guard();
        let witness = guard.handle().witness();
        let words = ["witness heap", "free what is not needed"];
        is_refused(witness.try_vec_with::<u8>(1 << 40), &words, guard.handle());
        is_refused(
            witness.try_vec_zeroed::<u8>(1 << 40),
            &words,
            guard.handle(),
        );
        let mut vec = secrets(guard.handle(), MIB);
        is_refused(vec.try_reserve(1 << 40), &words, guard.handle());
        assert_eq!(vec[77], secret(77));
    });
}

#[test]
fn all_of_a_limited_address_space() {
    in_child_with(
        "all_of_a_limited_address_space",
        |child| {
            limit(child, libc::RLIMIT_AS, GIB as u64);
        },
        || {
            let guard = guard();
            let (mut held, from) = (Vec::new(), vec![secret(9); MIB]);
            let refused = loop {
                match guard.handle().witness().try_vec_from(&from) {
                    Ok(vec) => held.push(vec),
                    Err(refused) => break refused,
                }
                assert!(held.len() <= 32, "more than a fair share of a gigabyte");
            };
            assert!(held.len() >= 2);
            let told = ["witness heap of", "no room for 8 MiB more", "ulimit -v"];
            is_refused::<()>(Err(refused), &told, guard.handle());
            let heap = heap_of(std::process::id(), held[0].as_ptr().addr());
            for vec in &held {
                let at = vec.as_ptr().addr();
                assert!(heap.iter().any(|mapping| mapping.range.contains(&at)));
                assert!(vec.iter().all(|&word| word == secret(9)));
            }
        },
    );
}

#[test]
fn no_addresses_at_all() {
    in_child("no_addresses_at_all", || {
        let guard = guard();
        let plain = guard.handle().vec_from(&vec![1u8; MIB]); // that heap has its addresses
        let statm = fs::read_to_string("/proc/self/statm").expect("statm");
        let pages: u64 = statm
            .split(' ')
            .next()
            .and_then(|pages| pages.parse().ok())
            .expect("pages");
        let all = libc::rlimit {
            rlim_cur: pages * 4096 + MIB as u64,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: `all` is a valid limit; the call reads it only.
        let done = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const all) };
        assert_eq!(done, 0, "setrlimit");
        let words = ["witness heap has no addresses", "ulimit -v"];
        is_refused(
            guard.handle().witness().try_vec_with::<u8>(100),
            &words,
            guard.handle(),
        );
        let strict = PhaseGuard::try_root(site!("strict"), Plan::new().strict());
        is_refused(strict, &words, guard.handle());
        assert_eq!(plain[5], 1);
        assert_eq!(protection().reserved_bytes, 0);
    });
}

/// The variable counts without `PhaseAlloc`, too.
#[test]
fn locks_are_as_the_environment_says() {
    let name = "locks_are_as_the_environment_says";
    if is_child(name) {
        let guard = guard();
        let witness = secrets(guard.handle(), 100);
        println!("\nmlock={:?} {}", protection().mlock, witness.len());
        return;
    }
    for (value, policy, lines) in [
        ("require", LockPolicy::Require, 0),
        ("off", LockPolicy::Off, 0),
        ("maybe", LockPolicy::Try, 1),
    ] {
        let ended = run(command(name).env("ZKARENA_MLOCK", value));
        ended.assert_passed();
        assert!(
            ended.stdout.contains(&format!("mlock={policy:?} ")),
            "{ended}"
        );
        let complaints = ended.stderr.lines();
        let complaints = complaints.filter(|line| line.starts_with("zkarena: ZKARENA_MLOCK=maybe"));
        assert_eq!(complaints.count(), lines, "{ended}");
    }
}
