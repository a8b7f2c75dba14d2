//! What goes wrong around a proof is an answer that says so, and the next proof is as good as ever.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod common;

use common::disk::{Folder, Mounted};
use common::{assert_proves, error, keccak, metric, service, skip_or_fail, start, text, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fmt::Display;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
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

/// A client that asks, and does not wait.
fn ask(service: &Running) -> TcpStream {
    let proofs = service.proofs().trim_start_matches("http://");
    let mut stream = TcpStream::connect(proofs).expect("a connection");
    let body = format!("{{\"statement\": \"keccak\", \"log_rows\": {LONG}}}");
    let length = body.len();
    write!(stream, "POST /prove HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .expect("sent");
    stream
}

#[test]
fn the_process_of_a_proof_that_nobody_waits_for_is_killed() {
    let service = service("--memory 1GiB --isolate --threads 1");
    let gone = ask(&service);
    until("a process proves", || !children(&service).is_empty());
    // It will not come to an end by itself.
    for child in children(&service) {
        kill(child, Signal::SIGSTOP).expect("it lives");
    }
    assert_eq!(metric(&service, "abandoned_total"), 0);
    drop(gone);
    until("it is killed", || children(&service).is_empty());
    until("all is free", || {
        metric(&service, "gate_reserved_bytes") == 0
    });
    assert_eq!(metric(&service, "abandoned_total"), 1);
    assert_proves(&service.prove(keccak(6)).expect("an answer"), keccak(6));
}

#[test]
fn a_process_of_a_proof_stands_back() {
    let service = service("--memory 1GiB --isolate --threads 1");
    let _asked = ask(&service);
    let of_service = nice(&service.id());
    until("it stands back", || {
        let mut children = children(&service).into_iter();
        children.any(|child| nice(&child) > of_service)
    });
}

/// How far a process stands back; `None` once it is gone.
fn nice(process: &dyn Display) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(16)?.parse().ok()
}

#[test]
fn a_process_whose_service_is_gone() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
    command.args(["prove-one", "--statement", "keccak", "--log-rows", "5"]);
    let output = command.args(["--threads", "1", "--parent", "1"]).output();
    let output = output.expect("a process");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(
        output.stdout.is_empty() && message.contains("it has ended already"),
        "{message}"
    );
}

#[test]
fn a_disk_that_is_full() {
    for isolated in ["", "--isolate"] {
        a_disk_that_is_full_for(isolated);
    }
}

fn a_disk_that_is_full_for(isolated: &str) {
    let Some(disk) = Mounted::ext4(256 << 20) else {
        return skip_or_fail("this user may not mount file systems");
    };
    let store = disk.path().display();
    let service = service(&format!(
        "--memory {LITTLE}B --threads 1 --store {store} {isolated}"
    ));
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
