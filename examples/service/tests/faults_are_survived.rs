//! What goes wrong around a proof is an answer that says so, and the next proof is as good as ever.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod common;

use common::disk::{Folder, Mounted};
use common::{assert_proves, error, keccak, service, skip_or_fail, start, text, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use zkarena_measure::group::Groups;
use zkarena_service::{Running, Start};

/// 100 MiB in memory, half of it in low-memory mode.
const LONG: usize = 12;
/// Enough for the latter only.
const LITTLE: u64 = 112 << 20;

/// The processes that a service has for proofs.
fn children(service: &Running) -> Vec<Pid> {
    let is_child = |stat: &str| {
        let (_, fields) = stat.rsplit_once(") ")?;
        let parent: u32 = fields.split(' ').nth(1)?.parse().ok()?;
        (parent == service.id()).then_some(())?;
        stat.split(' ').next()?.parse().ok().map(Pid::from_raw)
    };
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let stats = processes.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter_map(|stat| is_child(&stat)).collect()
}

#[test]
fn a_proof_that_is_killed() {
    let service = service("--memory 1GiB --isolate --threads 1");
    let answer = thread::scope(|scope| {
        let proof = scope.spawn(|| service.prove(keccak(LONG)).expect("an answer"));
        until("a process proves", || !children(&service).is_empty());
        for child in children(&service) {
            kill(child, Signal::SIGKILL).expect("it lives");
        }
        proof.join().expect("no panic")
    });
    assert_eq!(answer.status, 500);
    assert!(error(&answer).contains("killed"), "{}", text(&answer));
    assert!(children(&service).is_empty());
    assert_proves(&service.prove(keccak(6)).expect("an answer"), keccak(6));
}

#[test]
fn a_disk_that_is_full() {
    let Some(disk) = Mounted::ext4(256 << 20) else {
        return skip_or_fail("this user may not mount file systems");
    };
    let store = disk.path().display();
    let service = service(&format!("--memory {LITTLE}B --threads 1 --store {store}"));
    let rest = disk.path().join("rest");
    let mut file = File::create(&rest).expect("a file");
    while file.write_all(&[7; 8 << 10]).is_ok() {}
    let answer = service.prove(keccak(LONG)).expect("an answer");
    assert_eq!(answer.status, 507, "{}", text(&answer));
    assert!(error(&answer).contains("disk"), "{}", text(&answer));

    drop(file);
    fs::remove_file(rest).expect("its end");
    let answer = service.prove(keccak(LONG)).expect("an answer");
    assert_proves(&answer, keccak(LONG));
    assert_eq!(answer.mode.as_deref(), Some("low-memory"));
}

#[test]
fn a_kernel_that_tells_nothing_of_pressure() {
    let folder = Folder::new();
    let (script, blind) = (folder.path().join("service"), folder.path().join("blind"));
    let program = env!("CARGO_BIN_EXE_service");
    let line = format!(
        "#!/bin/sh\nexec unshare --mount sh -c 'mount --bind /dev/null /proc/pressure/memory && touch {} && exec \"$0\" \"$@\"' {program} \"$@\"\n",
        blind.display()
    );
    fs::write(&script, line).expect("a script");
    fs::set_permissions(&script, Permissions::from_mode(0o700)).expect("to be run");
    let started = Start::new(&script).args(["--memory", "1GiB"]).run();
    if !blind.exists() {
        return skip_or_fail(
            "this user may not mount over /proc/pressure, or there is no such thing",
        );
    }
    let service = started.expect("a service");
    assert_proves(&service.prove(keccak(6)).expect("an answer"), keccak(6));
    assert_eq!(service.get("/readyz").expect("an answer").status, 200);
}

#[test]
fn a_limit_that_is_lowered_and_raised() {
    let groups = match Groups::find() {
        Ok(groups) => groups,
        Err(reason) => return skip_or_fail(&reason),
    };
    let group = groups.create(Some(1 << 30)).expect("a group");
    let service = start("--threads 1").group(group.path()).run();
    let service = service.expect("a service");
    let proved = |mode| {
        let answer = service.prove(keccak(LONG)).expect("an answer");
        assert_proves(&answer, keccak(LONG));
        answer.mode.as_deref() == Some(mode)
    };
    let refused = || service.prove(keccak(LONG)).expect("an answer").status == 422;
    assert!(proved("memory"));
    // Once idle, the service is small enough for less.
    until("it is smaller", || group.set_limit(LITTLE).is_ok());
    until("it proves in little memory", || proved("low-memory"));
    until("it is smaller", || group.set_limit(48 << 20).is_ok());
    until("it proves nothing", refused);
    group.set_limit(1 << 30).expect("more");
    until("it proves in memory", || !refused() && proved("memory"));
    assert!(!group.has_killed());
}
