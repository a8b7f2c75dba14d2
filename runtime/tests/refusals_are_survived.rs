//! The kernel refuses: every single `mmap`, `mprotect`, `madvise`, `mremap`, `mincore` and `mlock2` of a program
//! in turn, and all of them from some point on. The program must do its work all the same, or hear
//! of a failed allocation; it never crashes and never hangs. Needs `strace`, which tampers with the calls.

mod common;

use common::block::Block;
use common::child::{Ended, command_under, is_child, run};
use common::memory::reads_zero;
use common::{KIB, MIB, skip_or_fail};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use zkarena::{
    PhaseAlloc, PhaseGuard, Plan, Retention, phase, protection, set_retention, site, trim,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const NAME: &str = "the_program";

/// The program: all that the heap asks the kernel for, with contents checked. Blocks that cannot be
/// had are done without.
#[test]
fn the_program() {
    if !is_child(NAME) {
        return; // by itself it promises nothing: the other tests run it
    }
    set_retention(Retention::Budget(4 * MIB));
    for round in 0..2 {
        phase("work", || {
            let mut held: Vec<Block> = (0..4).filter_map(|id| Block::new(5 * MIB, 8, id)).collect();
            held.extend((0..6).filter_map(|id| Block::new(20 * KIB, 8, id)));
            held.truncate(8);
            if held.len() > 2 {
                held.swap_remove(1);
            }
            held.extend(Block::zeroed(9 * MIB, 8, 7)); // in pages that lie idle
            drop(Block::zeroed_untouched(70 * MIB, 8, 8)); // never touched
            for block in &mut held {
                block.resize(block.len() / 2);
                block.resize(2 * MIB); // true or false: the content is checked in both cases
            }
        });
        a_witness();
        if round == 0 {
            trim();
        }
    }
    drop(zkarena::report());
    println!("done");
}

/// Memory for a witness is to be had or not; what was written is gone in the end, whatever was refused.
fn a_witness() {
    let guard = PhaseGuard::root(site!("witness"), Plan::new());
    let Ok(mut vec) = guard.handle().witness().try_vec_with::<u64>(6 * MIB / 8) else {
        return;
    };
    vec.resize(MIB / 8, 7);
    let at = vec.as_ptr().addr();
    let grown = vec.try_reserve(8 * MIB / 8).is_ok();
    assert!(vec.iter().all(|&word| word == 7), "grown: {grown}");
    drop(vec);
    drop(guard);
    assert!(reads_zero(at, MIB), "what held a witness: {}", protection());
}

/// A stack that cannot be had: the test harness then runs the program on its first thread, and
/// `strace`, which counts the calls of each thread, counts them all.
const NO_THREADS: u64 = 1 << 47;

/// Runs the program under `strace`; what that sees of `calls` goes to the file `to`.
fn strace(calls: &str, inject: Option<&str>, to: &str) -> Ended {
    let trace = format!("trace={calls}");
    let mut options = vec!["-f", "-qq", "-o", to, "-e", &trace];
    options.extend(inject.iter().flat_map(|inject| ["-e", inject]));
    let mut child = command_under("strace", &options, NAME);
    child
        .env("RUST_MIN_STACK", NO_THREADS.to_string())
        .env("RUST_BACKTRACE", "0");
    run(&mut child)
}

fn can_trace() -> bool {
    let options = "-f -qq -o /dev/null -e inject=getppid:error=EPERM true";
    let mut probe = Command::new("strace");
    probe
        .args(options.split(' '))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// How a refused call may end the program.
#[derive(Debug, PartialEq)]
enum Outcome {
    Done,
    /// The allocation of a container of the program or of the test harness failed: said, then aborted.
    OutOfMemory,
    /// The standard library's own start-up, which does not go through the allocator.
    NotStarted,
}

fn outcome(ended: &Ended) -> Option<Outcome> {
    let Ended {
        status,
        stdout,
        stderr,
    } = ended;
    let says = |text| stderr.contains(text);
    match status.signal() {
        None if status.success() && stdout.contains("done") && stdout.contains("1 passed") => {
            Some(Outcome::Done)
        }
        Some(libc::SIGABRT) if says("alternative stack") => Some(Outcome::NotStarted),
        Some(libc::SIGABRT) if says("memory allocation of") && !says("panicked") => {
            Some(Outcome::OutOfMemory)
        }
        _ => None,
    }
}

/// Which calls the heap and the program make: the first and the last, counted from the start of the
/// process. The loader's come before, and are none of ours.
fn range(call: &str) -> std::ops::RangeInclusive<usize> {
    let file = std::env::temp_dir().join(format!("zkarena-{}-{call}.strace", std::process::id()));
    let ended = strace(
        &format!("mmap,{call}"),
        None,
        file.to_str().expect("a plain path"),
    );
    assert_eq!(
        outcome(&ended),
        Some(Outcome::Done),
        "without refusals: {ended}"
    );
    let seen = std::fs::read_to_string(&file).expect("what strace saw");
    std::fs::remove_file(&file).expect("a file of ours");
    let reserved = seen
        .lines()
        .position(|line| line.contains("MAP_NORESERVE"))
        .expect("the heap reserves addresses");
    let calls = |lines: usize| {
        seen.lines()
            .take(lines)
            .filter(|line| line.contains(&format!("{call}(")))
            .count()
    };
    calls(reserved) + 1..=calls(usize::MAX)
}

/// Refuses each call in turn, and all calls from some of them on; `strict`: nothing but the heap
/// makes this call, so the program must get its work done.
fn sweep(call: &str, error: &str, strict: bool) {
    if !can_trace() {
        return skip_or_fail("strace is not installed, or may not trace");
    }
    let range = range(call);
    assert!(
        !range.is_empty(),
        "the program makes no {call} call: this tests nothing"
    );
    let (mut runs, mut done) = (0, 0);
    for at in range.clone() {
        for more in ["", "+"]
            .into_iter()
            .take(1 + usize::from(at % 3 == 0 || at == *range.start()))
        {
            let how = format!("inject={call}:error={error}:when={at}{more}");
            let ended = strace(call, Some(&how), "/dev/null");
            let outcome = outcome(&ended).unwrap_or_else(|| panic!("{how} of {range:?}: {ended}"));
            assert!(
                !strict || outcome == Outcome::Done,
                "{how} of {range:?} is no reason to fail: {ended}"
            );
            (runs, done) = (runs + 1, done + usize::from(outcome == Outcome::Done));
        }
    }
    println!("{call}, {error}: refused in {runs} runs ({range:?}), the work was done in {done}");
    assert!(
        2 * done > runs,
        "{call}: the work was done in {done} runs of {runs}"
    );
}

#[test]
fn every_mmap() {
    sweep("mmap", "ENOMEM", false);
}

#[test]
fn every_mprotect() {
    sweep("mprotect", "ENOMEM", false);
}

#[test]
fn every_madvise() {
    sweep("madvise", "ENOMEM", true);
}

#[test]
fn every_mremap() {
    sweep("mremap", "ENOMEM", true);
}

#[test]
fn every_mincore() {
    sweep("mincore", "ENOMEM", true);
}

#[test]
fn every_mlock2() {
    sweep("mlock2", "EPERM", true);
}

/// A kernel that does not know the advice.
#[test]
fn madvise_of_an_old_kernel() {
    sweep("madvise", "EINVAL", true);
}
