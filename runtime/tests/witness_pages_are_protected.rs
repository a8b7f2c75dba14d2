//! Pages of witnesses are left out of core files, zero in forked children, locked, and between guards;
//! and the report says what the kernel says, no more and no less.

mod common;

use common::child::{command, in_child, is_child, run};
use common::secrets::{Mapping, heap_of, residue, secret, secrets};
use common::{KIB, MIB, PAGE};
use std::os::unix::process::ExitStatusExt;
use zkarena::{LockPolicy, PhaseAlloc, PhaseGuard, Plan, protection, site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn guard() -> PhaseGuard<'static> {
    PhaseGuard::root(site!("prove"), Plan::new())
}

/// Bytes of the open mappings that have a flag.
fn with_flag(heap: &[Mapping], flag: &str) -> u64 {
    let open = heap
        .iter()
        .filter(|mapping| mapping.is_open() && mapping.has(flag));
    open.map(|mapping| mapping.range.len() as u64).sum()
}

#[test]
fn every_committed_page_has_the_flags_and_the_report_says_so() {
    in_child(
        "every_committed_page_has_the_flags_and_the_report_says_so",
        || {
            assert_eq!(
                protection().reserved_bytes,
                0,
                "no witness, no witness heap"
            );
            assert_eq!(protection().to_string(), "witness heap: not in use");
            let guard = guard();
            let small = secrets(guard.handle(), 100);
            for words in [1, 200 * KIB, 3 * MIB] {
                let more = secrets(guard.handle(), words);
                let heap = heap_of(std::process::id(), small.as_ptr().addr());
                let open = with_flag(&heap, "rd");
                assert!(open >= (100 + more.len() as u64) * 8);
                for flag in ["dd", "wf"] {
                    assert_eq!(with_flag(&heap, flag), open, "{flag} in {heap:#x?}");
                }
                let report = protection();
                assert!(report.verified);
                assert_eq!(report.committed_bytes, open);
                assert_eq!(report.not_dumped_bytes, open);
                assert_eq!(report.wiped_on_fork_bytes, open);
                assert_eq!(report.locked_bytes, with_flag(&heap, "lo"));
                assert_eq!(report.mlock, LockPolicy::Try);
                assert_eq!(report.guard_bytes, 4 * MIB as u64);
                assert_eq!(report.holds(), report.locked_bytes == open);
                let whole: usize = heap.iter().map(|mapping| mapping.range.len()).sum();
                // The guard behind is as closed as the rest of the addresses, and part of their mapping.
                assert!(whole as u64 >= report.reserved_bytes);
            }
        },
    );
}

#[test]
fn a_protection_that_somebody_takes_away_is_missed() {
    in_child("a_protection_that_somebody_takes_away_is_missed", || {
        let guard = guard();
        let witness = secrets(guard.handle(), MIB);
        assert!(PhaseGuard::try_root(site!("strict"), Plan::new().strict()).is_ok());
        for (taken, given, words) in [
            (libc::MADV_DODUMP, libc::MADV_DONTDUMP, "core files"),
            (libc::MADV_KEEPONFORK, libc::MADV_WIPEONFORK, "forked"),
        ] {
            let page = witness.as_ptr().map_addr(|at| at & !(PAGE - 1));
            let advise = |advice| {
                // SAFETY: neither advice changes what a page of ours holds.
                let done = unsafe { libc::madvise(page.cast_mut().cast(), PAGE, advice) };
                assert_eq!(done, 0, "madvise");
            };
            advise(taken);
            let report = protection();
            assert!(!report.holds(), "{report}");
            let told = report.to_string();
            assert!(told.contains(" of "), "{told}");
            let refused = PhaseGuard::try_root(site!("strict"), Plan::new().strict());
            let refused = refused.expect_err("a page is not protected");
            assert!(refused.is_unprotected());
            assert_eq!(refused.bytes(), PAGE);
            assert!(refused.to_string().contains(words), "{refused}");
            advise(given);
            assert!(protection().holds());
        }
    });
}

#[test]
fn a_forked_child_finds_zeros() {
    in_child("a_forked_child_finds_zeros", || {
        let guard = PhaseGuard::root(site!("prove"), Plan::new().strict());
        let witness = secrets(guard.handle(), 5 * MIB / 8);
        let plain = guard.handle().vec_from(&[secret(1); 100]);
        let at = witness.as_ptr().addr();
        assert!(residue(at) >= 5 * MIB, "the parent has them");
        // SAFETY: the child reads, and leaves by `_exit`.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let zero = witness.iter().all(|&word| word == 0) && residue(at) == 0;
            // A child inherits no locks.
            let opens = PhaseGuard::try_root(site!("strict"), Plan::new().strict()).is_ok();
            let goes_on = guard
                .handle()
                .witness()
                .try_vec_from(&vec![1; 100_000])
                .is_ok();
            let wrong = [!zero, plain[99] != secret(1), opens, goes_on];
            let code = wrong
                .iter()
                .zip(0..)
                .map(|(&wrong, bit)| i32::from(wrong) << bit);
            // SAFETY: ends the process; nothing runs after it.
            unsafe { libc::_exit(code.sum()) };
        }
        let mut status = -1;
        // SAFETY: `child` is our child and `status` a valid place for the answer.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(
            libc::WEXITSTATUS(status),
            0,
            "bits: witness seen, ordinary memory lost, a strict phase opened or went on without locks"
        );
        assert_eq!(witness[7], secret(7), "the parent keeps them");
    });
}

/// Touches the address that `place` chooses from the bounds of the heap: where witnesses lie, and where nobody may.
fn is_caught(name: &str, place: impl FnOnce(usize, usize) -> usize) {
    if is_child(name) {
        let guard = guard();
        let witness = secrets(guard.handle(), 100);
        let heap = heap_of(std::process::id(), witness.as_ptr().addr());
        let open = heap.iter().find(|mapping| mapping.is_open());
        let base = open.expect("committed pages").range.start;
        let reserved = usize::try_from(protection().reserved_bytes).expect("a size");
        let at = std::ptr::with_exposed_provenance::<u8>(place(base, base + reserved));
        println!("\nnow");
        // SAFETY: none: the kernel ends the process, or the test fails.
        std::hint::black_box(unsafe { at.read_volatile() });
        println!("\nsurvived");
        return;
    }
    let ended = run(&mut command(name));
    assert!(ended.stdout.contains("\nnow"), "{ended}");
    assert_eq!(ended.status.signal(), Some(libc::SIGSEGV), "{ended}");
}

#[test]
fn a_touch_in_front_of_them_is_the_end() {
    is_caught("a_touch_in_front_of_them_is_the_end", |base, _| base - 1);
}

#[test]
fn a_touch_behind_them_is_the_end() {
    is_caught("a_touch_behind_them_is_the_end", |_, end| end);
}

#[test]
fn a_touch_within_is_not() {
    let name = "a_touch_within_is_not";
    if is_child(name) {
        return is_caught(name, |base, _| base);
    }
    let ended = run(&mut command(name));
    assert!(ended.stdout.contains("\nsurvived"), "{ended}");
}
