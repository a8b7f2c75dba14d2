//! Under any limit on locked memory witnesses work unless locks were required, and the report says
//! to the byte what is locked.

mod common;

use common::child::{command, is_child, limit, run};
use common::secrets::{heap_of, secret, secrets};
use common::{KIB, MIB, skip_or_fail};
use zkarena::{ArenaAlloc, LockPolicy, PhaseAlloc, PhaseGuard, Plan, protection, site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const LIMITS: [u64; 3] = [0, 64 * KIB as u64, 8 * MIB as u64];

/// Has the calling thread obey the limit on locked memory, as unprivileged ones do.
fn drop_privilege() {
    #[repr(C)]
    struct Header(u32, libc::c_int);
    const VERSION_3: u32 = 0x2008_0522;
    let (header, none) = (Header(VERSION_3, 0), [0u32; 6]);
    // SAFETY: both are what the call reads; giving capabilities up is always allowed.
    let done = unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) };
    assert_eq!(done, 0, "capset");
}

/// How high a limit on locked memory may be set for sure.
fn hard_limit() -> u64 {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is a valid place for the answer.
    let done = unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) };
    assert_eq!(done, 0, "getrlimit");
    limit.rlim_max
}

/// Runs the test `name` in a child under each limit. `body` is what the child does, without privilege.
fn under_each_limit(name: &str, mlock: Option<&str>, body: impl FnOnce(u64)) {
    if is_child(name) {
        drop_privilege();
        let most = std::env::var("MOST").expect("a limit");
        return body(most.parse().expect("a limit"));
    }
    for most in LIMITS {
        if most > hard_limit() {
            skip_or_fail("the limit on locked memory is low, and may not be raised");
            continue;
        }
        let mut child = command(name);
        limit(&mut child, libc::RLIMIT_MEMLOCK, most);
        child.env("MOST", most.to_string());
        child.envs(mlock.map(|policy| ("ZKARENA_MLOCK", policy)));
        run(&mut child).assert_passed();
    }
}

/// Bytes of the heap around a block that the kernel says are locked.
fn locked_around(block: usize) -> u64 {
    let heap = heap_of(std::process::id(), block);
    let locked = heap.iter().filter(|mapping| mapping.has("lo"));
    locked.map(|mapping| mapping.range.len() as u64).sum()
}

fn guard() -> PhaseGuard<'static> {
    PhaseGuard::root(site!("prove"), Plan::new())
}

#[test]
fn by_default_nothing_fails_and_as_much_is_locked_as_may_be() {
    let name = "by_default_nothing_fails_and_as_much_is_locked_as_may_be";
    under_each_limit(name, None, |most| {
        let guard = guard();
        for megabytes in [1, 5, 20] {
            let witness = secrets(guard.handle(), megabytes * MIB / 8);
            assert_eq!(witness[1000], secret(1000));
            let report = protection();
            assert_eq!(
                report.locked_bytes,
                most.min(report.committed_bytes),
                "{report}"
            );
            assert_eq!(report.locked_bytes, locked_around(witness.as_ptr().addr()));
            assert_eq!(report.lock_limit_bytes, Some(most));
            assert_eq!(report.holds(), report.committed_bytes <= most, "{report}");
            assert!(report.to_string().contains("as far as the limit allows"));
        }
    });
}

#[test]
fn where_locks_are_required_the_limit_is_the_end() {
    let name = "where_locks_are_required_the_limit_is_the_end";
    under_each_limit(name, Some("require"), |most| {
        let guard = guard();
        let most = usize::try_from(most).expect("a limit");
        let mut vecs = Vec::new();
        let refused = loop {
            match guard
                .handle()
                .witness()
                .try_vec_from(&vec![secret(0); 8 * KIB])
            {
                Ok(vec) => vecs.push(vec),
                Err(refused) => break refused,
            }
            assert!(vecs.len() * 64 * KIB <= most, "more than may be locked");
        };
        assert!((vecs.len() + 1) * 64 * KIB > most, "{} blocks", vecs.len());
        assert!(refused.is_unprotected() && !refused.is_over_limit());
        let told = refused.to_string();
        assert!(
            told.contains("ulimit -l") && told.contains("ZKARENA_MLOCK=try"),
            "{told}"
        );
        let report = protection();
        assert_eq!(report.mlock, LockPolicy::Require);
        assert_eq!(report.locked_bytes, report.committed_bytes, "{report}");
        assert!(
            guard.handle().try_vec_from(&vec![1u8; MIB]).is_ok(),
            "what is no witness goes on"
        );
        // The room that there is can be used again.
        let held = vecs.len();
        drop(vecs);
        let again: Vec<_> = (0..held)
            .map(|_| guard.handle().witness().vec_from(&vec![secret(1); 8 * KIB]))
            .collect();
        assert!(again.iter().all(|vec| vec[9] == secret(1)));
    });
}

#[test]
fn a_strict_phase_opens_and_allocates_with_locks_only() {
    let name = "a_strict_phase_opens_and_allocates_with_locks_only";
    under_each_limit(name, None, |most| {
        let strict = PhaseGuard::try_root(site!("strict"), Plan::new().strict());
        if most < MIB as u64 {
            let refused = strict.expect_err("no room for a step of the heap");
            assert!(refused.is_unprotected());
            let told = refused.to_string();
            assert!(
                told.contains("swap") && told.contains("ulimit -l"),
                "{told}"
            );
            return;
        }
        let strict = strict.expect("enough for a start");
        let inner = PhaseGuard::child(strict.handle(), site!("inner"), Plan::new());
        for guard in [&strict, &inner] {
            assert!(
                guard
                    .handle()
                    .witness()
                    .try_vec_from(&vec![7u8; MIB])
                    .is_ok()
            );
        }
        for guard in [&strict, &inner] {
            let refused = guard.handle().witness().try_vec_with::<u8>(16 * MIB);
            let refused = refused.expect_err("more than may be locked");
            assert!(refused.is_unprotected(), "{refused}");
            assert!(
                guard.handle().try_vec_from(&vec![7u8; MIB]).is_ok(),
                "no witness"
            );
        }
        let loose = guard();
        let witness = loose.handle().witness().vec_from(&vec![7u8; 16 * MIB]);
        let refused = witness.try_promote(strict.handle().witness());
        let refused = refused.expect_err("from a phase that is not strict");
        assert!(refused.is_unprotected(), "{refused}");
        assert_eq!(
            guard().handle().witness().vec_from(&vec![7u8; MIB])[5],
            7,
            "not strict"
        );
    });
}

#[test]
fn in_a_strict_witness_phase_libraries_are_refused_what_cannot_be_locked() {
    let name = "in_a_strict_witness_phase_libraries_are_refused_what_cannot_be_locked";
    under_each_limit(name, None, |most| {
        let mut vec = Vec::<u8>::new();
        let loose = PhaseGuard::root(site!("prove"), Plan::new().witness());
        assert!(vec.try_reserve_exact(16 * MIB).is_ok(), "not strict");
        drop((loose, std::mem::take(&mut vec)));
        let gap = protection().committed_bytes > most;
        assert!(gap, "16 MiB are more than any of the limits");
        let strict = PhaseGuard::try_root(site!("prove"), Plan::new().witness().strict());
        assert!(strict.expect_err("a gap").is_unprotected());
    });
}

#[test]
fn a_strict_witness_phase_lasts_as_long_as_the_locks() {
    let name = "a_strict_witness_phase_lasts_as_long_as_the_locks";
    under_each_limit(name, None, |most| {
        let strict = PhaseGuard::try_root(site!("prove"), Plan::new().witness().strict());
        if most < MIB as u64 {
            let refused = strict.expect_err("no room for a step of the heap");
            assert!(refused.is_unprotected(), "{refused}");
            return;
        }
        let strict = strict.expect("enough for a start");
        let mut small = Vec::<u8>::new();
        assert!(small.try_reserve_exact(MIB).is_ok(), "locked");
        let mut large = Vec::<u8>::new();
        assert!(large.try_reserve_exact(16 * MIB).is_err(), "not locked");
        assert!(small.try_reserve_exact(3 * MIB).is_ok(), "locked, too");
        let report = protection();
        assert!(report.holds(), "{report}");
        drop(strict);
        assert!(large.try_reserve_exact(16 * MIB).is_ok(), "no secret");
    });
}

#[test]
fn where_no_locks_are_asked_for_none_are_missed() {
    let name = "where_no_locks_are_asked_for_none_are_missed";
    under_each_limit(name, Some("off"), |_| {
        let guard = PhaseGuard::try_root(site!("strict"), Plan::new().strict()).expect("a phase");
        let witness = secrets(guard.handle(), MIB);
        let report = protection();
        assert_eq!((report.locked_bytes, report.mlock), (0, LockPolicy::Off));
        assert_eq!(locked_around(witness.as_ptr().addr()), 0);
        assert!(report.holds(), "{report}");
    });
}
