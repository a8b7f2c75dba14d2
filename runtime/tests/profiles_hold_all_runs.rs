//! A profile has of each figure the greatest of all runs, whoever wrote them; its file is whole at any moment.
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use zkarena::ops::{Peaks, Profile, ProfileError};

/// A folder that is gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("zkarena-{name}-{}", std::process::id()));
        fs::create_dir(&path).expect("a new folder");
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("profile.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn one(circuit: &str, log_rows: u32, proof_bytes: u64) -> Profile {
    let peaks = Peaks {
        runs: 1,
        proof_bytes,
        ..Peaks::default()
    };
    let mut profile = Profile::new();
    profile.record(circuit, log_rows, &peaks);
    profile
}

#[test]
fn each_figure_is_the_greatest() {
    let small_base = Peaks {
        runs: 2,
        threads: 4,
        base_bytes: 10,
        kept_bytes: 30,
        proof_bytes: 1000,
        high_water_bytes: 900,
        seconds: 0.5,
        low_memory_seconds: 0.0,
        floor_bytes: None,
        disk_bytes: Some(7),
    };
    let large_base = Peaks {
        runs: 1,
        threads: 2,
        base_bytes: 20,
        kept_bytes: 5,
        proof_bytes: 800,
        high_water_bytes: 950,
        seconds: 0.75,
        low_memory_seconds: 1.5,
        floor_bytes: Some(88),
        disk_bytes: None,
    };
    let mut profile = Profile::new();
    profile.record("keccak", 15, &small_base);
    profile.record("keccak", 15, &large_base);
    let expected = Peaks {
        runs: 3,
        threads: 4,
        base_bytes: 20,
        kept_bytes: 30,
        proof_bytes: 1000,
        high_water_bytes: 950,
        seconds: 0.75,
        low_memory_seconds: 1.5,
        floor_bytes: Some(88),
        disk_bytes: Some(7),
    };
    assert_eq!(profile.get("keccak", 15), Some(&expected));
    assert_eq!(expected.process_bytes(3), 20 + 30 + 3045); // 1.5 % of the proofs
    assert_eq!(expected.process_bytes(u64::MAX), u64::MAX);
    assert_eq!(profile.get("keccak", 14), None);
}

#[test]
fn a_file_keeps_circuits_and_sizes_apart() {
    let folder = Folder::new("apart");
    for (circuit, log_rows, bytes) in [("keccak", 15, 3), ("keccak", 9, 2), ("blake3", 15, 1)] {
        let merged = one(circuit, log_rows, bytes).merge_into(folder.file());
        merged.expect("a place for the file");
    }
    let profile = Profile::load(folder.file()).expect("a profile");
    let all: Vec<_> = profile
        .iter()
        .map(|(circuit, log_rows, peaks)| (circuit, log_rows, peaks.proof_bytes))
        .collect();
    assert_eq!(
        all,
        [("blake3", 15, 1), ("keccak", 9, 2), ("keccak", 15, 3)]
    );
    let files = fs::read_dir(&folder.0).expect("the folder").count();
    assert_eq!(files, 1, "nothing else is left behind");
}

#[test]
fn runs_that_end_at_the_same_time_are_all_kept() {
    const WRITERS: u32 = 4;
    const RUNS: u32 = 8;
    let folder = Folder::new("at-once");
    one("keccak", 63, 1)
        .merge_into(folder.file())
        .expect("a file");
    let done = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Acquire) {
                let profile = Profile::load(folder.file()).expect("whole at any moment");
                seen = profile.iter().count();
            }
            seen
        });
        thread::scope(|writers| {
            for writer in 0..WRITERS {
                let file = folder.file();
                writers.spawn(move || {
                    for run in 0..RUNS {
                        let run = one("keccak", writer * RUNS + run, 1);
                        run.merge_into(&file).expect("a turn");
                    }
                });
            }
        });
        done.store(true, Ordering::Release);
        reader.join().expect("the reader")
    });
    let profile = Profile::load(folder.file()).expect("a profile");
    let all = profile.iter().count();
    assert_eq!(all, (WRITERS * RUNS) as usize + 1);
    assert!(seen <= all);
}

#[test]
fn a_bad_file_is_one_line_and_stays_as_it_is() {
    let entry = |text: &str| format!(r#"{{"version":1,"circuits":[{text}]}}"#);
    let cases = [
        (String::new(), "EOF"),
        ("{".to_owned(), "EOF"),
        ("[]".to_owned(), "line 1"),
        (r#"{"version":2,"circuits":[]}"#.to_owned(), "version is 2"),
        (entry(r#"{"circuit":"a"}"#), "log_rows"),
        (entry(r#"{"circuit":"a","log_rows":-1}"#), "-1"),
        (
            entry(r#"{"circuit":"a","log_rows":64,"proof_bytes":1}"#),
            "a of 2^64 rows",
        ),
        (
            entry(r#"{"circuit":"a","log_rows":5}"#),
            "nothing is known of a of 2^5 rows",
        ),
        (
            entry(r#"{"circuit":"a","log_rows":5,"proof_bytes":"1GiB"}"#),
            "1GiB",
        ),
    ];
    let folder = Folder::new("bad");
    for (text, hint) in cases {
        fs::write(folder.file(), &text).expect("a file");
        let load = Profile::load(folder.file()).expect_err(&text);
        let merge = one("b", 5, 1).merge_into(folder.file()).expect_err(&text);
        for error in [load, merge] {
            let line = error.to_string();
            assert!(matches!(error, ProfileError::Content { .. }), "{line}");
            assert!(line.contains(hint) && line.contains("; "), "{line}");
            assert_eq!(line.lines().count(), 1, "{line}");
        }
        assert_eq!(fs::read_to_string(folder.file()).ok(), Some(text));
    }
}

#[test]
fn a_file_that_cannot_be_is_one_line() {
    let folder = Folder::new("nowhere");
    let below = folder.0.join("missing").join("profile.json");
    let errors = [
        Profile::load(&below).map(drop),
        one("a", 5, 1).merge_into(&below),
        one("a", 5, 1).merge_into(&folder.0),
        one("a", 5, 1).merge_into("/"),
    ];
    for error in errors {
        let line = error.expect_err("no place for a file").to_string();
        assert!(
            line.starts_with("the profile ") && line.contains("; "),
            "{line}"
        );
        assert_eq!(line.lines().count(), 1, "{line}");
    }
}
