//! Faults in the middle of a proof: an error that says so or the proof; never a signal, a hang or another proof.

#[path = "../../../runtime/tests/common/mod.rs"]
mod common;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::child::{command, in_child, in_child_with, is_child, limit, limit_files, run};
use common::disk::{Folder, Mounted, file_of};
use common::refuse::{Transfer, fail};
use common::{MIB, skip_or_fail};
use p3_uni_stark::ProvingError;
use zkarena::plonky3::{StreamError, Tiling};
use zkarena::{Store, StoreError, StorePlan};
use zkarena_pcs::StreamProver;
use zkarena_statements::{Kind, Statement};

/// A verified proof, or the error of the store.
fn prove_rows(log_rows: usize, store: &Store) -> Result<(), StoreError> {
    let statement = Statement::new(Kind::Keccak, log_rows).expect("a valid size");
    let prover = StreamProver::new(statement);
    match prover.prove(store, Tiling::default()) {
        Ok(proof) => {
            assert_eq!(prover.verify(&proof), Ok(()));
            Ok(())
        }
        Err(ProvingError::Pcs { phase, source }) => match source {
            StreamError::Store(error) => {
                println!("{phase}: {error}");
                Err(error)
            }
            StreamError::Fri(error) => panic!("{phase}: {error}"),
        },
    }
}

fn open(plan: &StorePlan) -> Store {
    plan.clone().open().expect("a store")
}

/// Of 512 rows, whose extension takes 11 MiB.
fn prove(store: &Store) -> Result<(), StoreError> {
    prove_rows(9, store)
}

/// Bytes that went to and came from the file: the clock of a proof.
fn moved(store: &Store) -> u64 {
    let stats = store.stats();
    stats.written_bytes + stats.read_bytes
}

/// Proves, and has something happen to the store once it moved that many bytes more.
fn prove_until(store: &Store, bytes: u64, happens: impl FnOnce()) -> Result<(), StoreError> {
    let moment = moved(store) + bytes;
    thread::scope(|scope| {
        let proof = scope.spawn(|| prove(store));
        while moved(store) < moment && !proof.is_finished() {
            thread::yield_now();
        }
        happens();
        proof.join().expect("no panic")
    })
}

/// That many moments of a whole proof, the first one before it.
fn moments(plan: &StorePlan, count: u64) -> impl Iterator<Item = u64> {
    let store = open(plan);
    prove(&store).expect("a proof");
    let whole = moved(&store);
    (0..count).map(move |moment| whole * moment / count)
}

/// Takes what is left of a disk.
fn take_the_rest(disk: &Mounted) -> Rest {
    let name = disk.path().join("rest");
    let mut rest = File::create(&name).expect("a file");
    for bytes in [MIB, 4096] {
        while rest.write_all(&vec![1; bytes]).is_ok() {}
    }
    Rest(name)
}

/// A file, gone when dropped.
struct Rest(std::path::PathBuf);

impl Drop for Rest {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).expect("a file of ours");
    }
}

#[test]
fn a_disk_that_fills_in_the_middle_twenty_times() {
    in_child("a_disk_that_fills_in_the_middle_twenty_times", || {
        let Some(disk) = Mounted::ext4(16 << 20) else {
            return skip_or_fail("only root may mount");
        };
        let free = disk.free_bytes();
        let plan = StorePlan::new().directory(disk.path());
        let mut refused = 0;
        for moment in moments(&plan, 20) {
            let store = open(&plan);
            let mut rest = None;
            match prove_until(&store, moment, || rest = Some(take_the_rest(&disk))) {
                Ok(()) => (),
                Err(StoreError::DiskFull { .. }) => refused += 1,
                Err(error) => panic!("{error} at {moment}"),
            }
            drop(rest);
            assert_eq!(prove(&store), Ok(()), "there is room again");
            drop(store);
            assert_eq!(disk.free_bytes(), free);
        }
        assert!((1..20).contains(&refused), "{refused} of 20");
    });
}

#[test]
fn a_file_that_is_cut_in_the_middle() {
    in_child("a_file_that_is_cut_in_the_middle", || {
        let folder = Folder::new();
        for plan in [folder.plan(), folder.plan().page_cache()] {
            let mut lost = 0;
            for moment in moments(&plan, 8) {
                for bytes in [0, MIB as u64] {
                    let store = open(&plan);
                    let file = file_of(folder.path());
                    let cut = || file.set_len(bytes).expect("cut");
                    match prove_until(&store, moment, cut) {
                        Ok(()) => (),
                        Err(StoreError::Lost) => lost += 1,
                        Err(error) => panic!("{error} at {moment}"),
                    }
                }
            }
            assert!(lost > 8, "{lost} of 16");
        }
    });
}

/// Set in a child: what fails, in sixteenths of a proof when, and between which mebibytes of the file.
const FAULT: &str = "TEST_FAULT";

#[test]
fn a_disk_that_fails_in_the_middle() {
    const NAME: &str = "a_disk_that_fails_in_the_middle";
    const ALL: &str = "0 4095";
    if is_child(NAME) {
        return fail_in_the_middle();
    }
    for transfer in ["read", "write"] {
        for (moment, places) in [
            (0, "2 3"),
            (0, ALL),
            (1, ALL),
            (3, ALL),
            (6, ALL),
            (14, ALL),
        ] {
            let fault = format!("{transfer} {moment} {places}");
            let ended = run(command(NAME).env(FAULT, &fault));
            ended.assert_passed();
            if ended.stdout.contains("skipped") {
                return skip_or_fail("no filters of system calls");
            }
            let is_refused = ended.stdout.contains("Input/output error");
            let may_be_late = moment > 3;
            assert!(is_refused || may_be_late, "{fault}: {ended}");
        }
    }
}

fn fail_in_the_middle() {
    let fault = std::env::var(FAULT).expect("a fault");
    let (transfer, numbers) = fault.split_once(' ').expect("four words");
    let numbers = numbers
        .split(' ')
        .map(|word| word.parse().expect("a number"));
    let [moment, from, to] = numbers.collect::<Vec<u32>>()[..] else {
        panic!("{fault}");
    };
    let transfer = match transfer {
        "read" => Transfer::Read,
        _ => Transfer::Write,
    };
    let folder = Folder::new();
    let plan = folder.plan();
    let moment = moments(&plan, 16).nth(moment as usize).expect("a moment");
    let (store, works) = (open(&plan), AtomicBool::new(true));
    let outcome = prove_until(&store, moment, || {
        let done = fail(transfer, &(from << 20..to << 20));
        works.store(done, Ordering::Relaxed);
    });
    if !works.into_inner() {
        println!("skipped");
    }
    if let Err(error) = outcome {
        assert_eq!(error, StoreError::Io { code: libc::EIO });
    }
}

#[test]
fn a_limit_on_the_size_of_files_in_the_middle() {
    in_child("a_limit_on_the_size_of_files_in_the_middle", || {
        let folder = Folder::new();
        let plan = folder.plan();
        let mut refused = 0;
        for moment in moments(&plan, 6) {
            let store = open(&plan);
            match prove_until(&store, moment, || limit_files(Some(1 << 20))) {
                Ok(()) => (),
                Err(StoreError::FileSize { .. }) => refused += 1,
                Err(error) => panic!("{error} at {moment}"),
            }
            limit_files(None);
            assert_eq!(prove(&store), Ok(()), "there is no limit any more");
        }
        assert!((1..6).contains(&refused), "{refused} of 6");
    });
}

#[test]
fn few_descriptors_are_enough_for_a_proof() {
    let prepare = |command: &mut Command| {
        limit(command, libc::RLIMIT_NOFILE, 16);
    };
    in_child_with("few_descriptors_are_enough_for_a_proof", prepare, || {
        let folder = Folder::new();
        assert_eq!(prove_rows(11, &folder.store()), Ok(()));
    });
}

#[test]
fn a_process_that_is_killed_in_the_middle_leaves_nothing() {
    const NAME: &str = "a_process_that_is_killed_in_the_middle_leaves_nothing";
    if is_child(NAME) {
        loop {
            println!("\nbegins");
            prove(&Store::of_process().expect("a store")).expect("a proof");
        }
    }
    let Some(disk) = Mounted::ext4(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    let names = || std::fs::read_dir(disk.path()).expect("the disk").count();
    let (free, before) = (disk.free_bytes(), names());
    let mut whole = None;
    let mut with_data = 0;
    for moment in 0..50 {
        let mut child = command(NAME);
        child
            .env("ZKARENA_STORE_DIR", disk.path())
            .stdout(Stdio::piped());
        let mut child = child.spawn().expect("a child");
        let said = BufReader::new(child.stdout.take().expect("its words"));
        let lines = said.lines().map_while(Result::ok);
        let mut begins = lines.filter(|line| line == "begins");
        begins.next().expect("a proof");
        let whole = *whole.get_or_insert_with(|| {
            let start = Instant::now();
            begins.next().expect("another proof");
            start.elapsed()
        });
        thread::sleep(Duration::mul_f64(whole, f64::from(moment) / 50.0));
        assert_eq!(names(), before);
        with_data += u32::from(disk.free_bytes() < free);
        child.kill().expect("a child to kill");
        child.wait().expect("an end");
        assert_eq!((names(), disk.free_bytes()), (before, free));
    }
    assert!(with_data > 10, "{with_data} of 50 had data on the disk");
}

#[test]
fn two_processes_prove_in_one_directory() {
    const NAME: &str = "two_processes_prove_in_one_directory";
    if is_child(NAME) {
        for _ in 0..3 {
            let store = StorePlan::new().open().expect("a store");
            assert_eq!(prove(&store), Ok(()));
        }
        return;
    }
    let folder = Folder::new();
    thread::scope(|scope| {
        for _ in 0..2 {
            let mut child = command(NAME);
            child.env("ZKARENA_STORE_DIR", folder.path());
            scope.spawn(move || run(&mut child).assert_passed().status);
        }
    });
    assert!(folder.names().is_empty());
}
