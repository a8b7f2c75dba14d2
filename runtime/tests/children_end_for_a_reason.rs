//! A proof in a process of its own ends with a cause that has a type, and takes nobody with it.
#![cfg(target_os = "linux")]

mod common;

use common::child::{command, is_child};
use common::{MIB, skip_or_fail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;
use zkarena::ops::{ChildEnd, ChildProof};

/// In the child: what it is to do.
const TASK: &str = "TEST_TASK";
const PLENTY: u64 = 8 << 30;

/// In the child: ends in one of several ways.
#[test]
fn a_task() {
    if !is_child("a_task") {
        return; // by itself it promises nothing: the other tests look at how it ends
    }
    let task = std::env::var(TASK).expect("a task");
    match &*task {
        "prove" => {}
        "over budget" => std::process::exit(ChildProof::OVER_BUDGET),
        "fail" => std::process::exit(3),
        "abort" => std::process::abort(),
        "grow" => grow(),
        "sleep" => sleep(),
        task => panic!("{task} is no task"),
    }
}

/// Takes 2 GiB step by step, and keeps it.
fn grow() {
    let mut held = Vec::new();
    for _ in 0..512 {
        held.push(std::hint::black_box(vec![1u8; 4 * MIB]));
        thread::sleep(Duration::from_millis(1)); // the kernel's count of a thread's pages lags behind
    }
    sleep();
}

fn sleep() -> ! {
    loop {
        thread::park();
    }
}

fn task(task: &str) -> Command {
    let mut command = command("a_task");
    command
        .env(TASK, task)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn start(name: &str, budget: u64) -> ChildProof {
    ChildProof::spawn(&mut task(name), budget).expect("a child")
}

fn end(name: &str, budget: u64) -> ChildEnd {
    start(name, budget).wait().expect("its end")
}

#[test]
fn by_itself() {
    assert_eq!(end("prove", PLENTY), ChildEnd::Done);
    assert_eq!(end("fail", PLENTY), ChildEnd::Failed(3));
    assert_eq!(end("abort", PLENTY), ChildEnd::Signalled(libc::SIGABRT));
    assert!(!end("fail", PLENTY).is_out_of_memory());
}

#[test]
fn over_its_own_budget() {
    let end = end("over budget", PLENTY);
    assert_eq!(end, ChildEnd::OverBudget);
    assert!(end.is_out_of_memory());
}

#[test]
fn killed_by_the_monitor() {
    let budget = 200 << 20;
    let mut child = start("grow", budget);
    let ended = child.wait().expect("its end");
    let ChildEnd::KilledByMonitor {
        resident,
        budget: told,
    } = ended
    else {
        panic!("{ended}");
    };
    assert!(told == budget && resident > budget && child.peak_bytes() == resident);
    assert!(ended.is_out_of_memory());
}

/// A control group with a limit, of either version; gone when dropped.
struct Group(PathBuf);

impl Group {
    fn new(bytes: u64) -> Option<Self> {
        let name = format!("zkarena-test-{}", std::process::id());
        let versions = [
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            ("/sys/fs/cgroup", "memory.max"),
        ];
        versions.into_iter().find_map(|(mount, limit)| {
            let path = Path::new(mount).join(&name);
            fs::create_dir(&path).ok()?;
            let group = Self(path);
            fs::write(group.0.join(limit), bytes.to_string()).ok()?;
            Some(group)
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn killed_by_the_kernel() {
    let Some(group) = Group::new(64 << 20) else {
        return skip_or_fail("no control group can be made");
    };
    // What it takes before it is in the group is small.
    let mut child = start("grow", PLENTY);
    let id = child.child().id().to_string();
    fs::write(group.0.join("cgroup.procs"), id).expect("its place in the group");
    let ended = child.wait().expect("its end");
    assert_eq!(ended, ChildEnd::KilledByKernel);
    assert!(ended.is_out_of_memory());
}

#[test]
fn the_kernel_is_asked_to_take_it_first() {
    let mut child = start("sleep", PLENTY);
    let file = format!("/proc/{}/oom_score_adj", child.child().id());
    assert_eq!(fs::read_to_string(file).expect("its mark").trim(), "1000");
    assert_eq!(child.look().expect("a look"), None);
}

#[test]
fn dropped_is_ended() {
    let mut child = start("sleep", PLENTY);
    let id = child.child().id();
    assert!(Path::new(&format!("/proc/{id}")).exists());
    drop(child);
    assert!(!Path::new(&format!("/proc/{id}")).exists());
}

#[test]
fn causes_are_told_in_words() {
    let (resident, budget) = (700 << 20, 600 << 20);
    let killed = ChildEnd::KilledByMonitor { resident, budget };
    assert_eq!(
        killed.to_string(),
        "killed with 700 MiB of a budget of 600 MiB"
    );
    assert_eq!(ChildEnd::Failed(2).to_string(), "failed with exit code 2");
}
