//! What a process was at when it vanished is known at the next start; a clean end leaves nothing.
#![cfg(target_os = "linux")]

mod common;

use common::child::{command, is_child, run};
use common::disk::Folder;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use zkarena::ops::{BlackBox, Vanished};

/// In the child: where its file is, and whether it is killed.
const FILE: &str = "TEST_FILE";
const KILLED: &str = "TEST_KILLED";

fn names(vanished: &Vanished) -> Vec<(&str, u64)> {
    let phases = vanished.phases.iter();
    phases.map(|phase| (&*phase.phase, phase.bytes)).collect()
}

/// In the child: begins some phases, ends one, and is killed or ends.
#[test]
fn some_phases() {
    if !is_child("some_phases") {
        return; // by itself it promises nothing: the other tests look at what it leaves behind
    }
    let file = PathBuf::from(std::env::var_os(FILE).expect("a file"));
    let (black_box, vanished) = BlackBox::open(file);
    println!("\nvanished={}", vanished.is_some());
    let _first = black_box.begin("first", 100);
    drop(black_box.begin("second", 200));
    let _third = black_box.begin("third\nprocess 1", 300);
    if std::env::var_os(KILLED).is_some() {
        // SAFETY: ends this process, which is the test's own.
        unsafe { libc::raise(libc::SIGKILL) };
    }
}

#[test]
fn a_process_that_was_killed() {
    let folder = Folder::new();
    let file = folder.path().join("in-flight");
    let ended = run(command("some_phases").env(FILE, &file).env(KILLED, "yes"));
    assert_eq!(ended.status.signal(), Some(libc::SIGKILL), "{ended}");
    let (black_box, vanished) = BlackBox::open(&file);
    let vanished = vanished.expect("it was killed");
    assert_eq!(names(&vanished), [("first", 100), ("third process 1", 300)]);
    let text = vanished.to_string();
    let start = format!(
        "process {} vanished in \"first\" (100 B, begun ",
        vanished.pid.expect("its number")
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(
        vanished
            .phases
            .iter()
            .all(|phase| phase.started.elapsed().is_ok_and(|age| age.as_secs() < 600))
    );
    drop(black_box);
    assert!(folder.names().is_empty(), "told once");
}

#[test]
fn a_process_that_ended() {
    let folder = Folder::new();
    let file = folder.path().join("in-flight");
    run(command("some_phases").env(FILE, &file)).assert_passed();
    assert!(folder.names().is_empty(), "{:?}", folder.names());
    assert_eq!(BlackBox::open(&file).1, None);
}

#[test]
fn one_that_was_idle() {
    let folder = Folder::new();
    let file = folder.path().join("in-flight");
    let (black_box, _) = BlackBox::open(&file);
    drop(black_box.begin("proof", 1));
    let (_, vanished) = BlackBox::open(&file); // as if the first were gone
    let vanished = vanished.expect("it is there as long as the process");
    assert_eq!(
        (names(&vanished), vanished.pid),
        (vec![], Some(std::process::id()))
    );
    assert!(
        vanished
            .to_string()
            .ends_with("vanished with nothing under way")
    );
}

#[test]
fn a_phase_that_outlives_its_black_box_writes_nothing() {
    let folder = Folder::new();
    let (black_box, _) = BlackBox::open(folder.path().join("in-flight"));
    let phase = black_box.begin("proof", 1);
    drop(black_box);
    drop(phase);
    assert!(folder.names().is_empty());
}

#[test]
fn what_cannot_be_understood_is_passed_over() {
    let folder = Folder::new();
    let file = folder.path().join("in-flight");
    for text in [
        "",
        "\n",
        "process x\nphase\nphase 1\nphase 1 2\nphase a b c\n",
        "phase 1 99999999999999999999 p\n",
    ] {
        fs::write(&file, text).expect("a file");
        let vanished = BlackBox::open(&file).1.expect("something was there");
        assert_eq!((vanished.pid, names(&vanished)), (None, vec![]), "{text:?}");
    }
    fs::write(&file, "garbage\nprocess 7\nphase 5 1000 proof of x\n").expect("a file");
    let vanished = BlackBox::open(&file).1.expect("something was there");
    assert_eq!(
        (vanished.pid, names(&vanished)),
        (Some(7), vec![("proof of x", 5)])
    );
}

#[test]
fn a_place_that_cannot_be_written_is_one_line() {
    for place in ["/nowhere/at/all/in-flight", "/proc/in-flight"] {
        let ended = run(command("some_phases").env(FILE, place));
        ended.assert_passed();
        let line = format!("zkarena: the black box {place} cannot be written: ");
        let lines: Vec<&str> = ended
            .stderr
            .lines()
            .filter(|line| line.contains("zkarena"))
            .collect();
        assert!(lines.len() == 1 && lines[0].starts_with(&line), "{ended}");
    }
}

#[test]
fn a_planted_link_is_not_followed() {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("mine"), "mine").expect("a file");
    for link in ["in-flight", "in-flight.new"] {
        symlink(path("mine"), path(link)).expect("a link");
    }
    let (black_box, _) = BlackBox::open(path("in-flight"));
    drop(black_box.begin("proof", 1));
    assert!(!is_link(&path("in-flight")));
    assert_eq!(fs::read_to_string(path("mine")).expect("the file"), "mine");
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).expect("a file").is_symlink()
}
