//! What a plan says of so many proofs at the same time is what they take: never more, and at most 5 % less.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use zkarena::Bytes;
use zkarena::ops::{Mode, Peaks, Planner, Profile};

const PROVE: &str = env!("CARGO_BIN_EXE_prove");
const LOG_ROWS: u32 = 12;

fn prove(arguments: &[&str]) -> Output {
    let mut command = Command::new(PROVE);
    command.args(["--statement", "keccak", "--rest", "0", "--json"]);
    command.args(arguments);
    command.output().expect("the program to start")
}

fn proved(arguments: &[&str]) -> Value {
    let output = prove(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// What the profile says after some runs.
fn profiled(file: &Path, log_rows: &str) -> Peaks {
    let path = file.to_str().expect("plain text");
    for _ in 0..2 {
        proved(&["--log-rows", log_rows, "--proofs", "3", "--profile", path]);
    }
    let profile = Profile::load(file).expect("a profile");
    let log_rows = log_rows.parse().expect("a number");
    *profile.get("keccak", log_rows).expect("measured")
}

#[test]
fn proofs_at_the_same_time_take_what_was_planned() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let log_rows = LOG_ROWS.to_string();
    let peaks = profiled(&folder.path().join("profile.json"), &log_rows);
    assert_eq!(peaks.runs, 6);
    for workers in 1..=3u8 {
        let at_once = workers.to_string();
        let object = proved(&[
            "--log-rows",
            &log_rows,
            "--proofs",
            "3",
            "--workers",
            &at_once,
        ]);
        let proofs = object["proofs"].as_array().expect("a list");
        assert_eq!(proofs.len(), 3 * usize::from(workers));
        assert!(proofs.iter().all(|proof| proof["verified"] == true));
        let measured = object["peak_rss_mib"].as_f64().expect("a number");
        let planned = mebibytes(peaks.process_bytes(workers.into()));
        let ratio = planned / measured;
        assert!(
            (1.0..1.05).contains(&ratio),
            "{workers} workers: planned {planned}, took {measured} MiB"
        );
    }
}

fn mebibytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes >> 10).expect("a few gibibytes")) / 1024.0
}

#[test]
fn low_memory_mode_proves_within_what_is_planned() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("profile.json");
    let peaks = profiled(&file, "12");
    let limit = peaks.process_bytes(1) * 9 / 10;
    let plan = Planner::new(Bytes(limit)).plan(&Profile::load(&file).expect("a profile"));
    let mode = plan
        .expect("a plan")
        .circuit("keccak", 12)
        .expect("planned")
        .mode;
    let Mode::LowMemory { memory_bytes, .. } = mode else {
        panic!("a proof of {peaks:?} in {limit} bytes: {mode:?}");
    };
    let memory = memory_bytes.to_string();
    let path = file.to_str().expect("plain text");
    let object = proved(&[
        "--log-rows",
        "12",
        "--proofs",
        "1",
        "--memory",
        &memory,
        "--profile",
        path,
    ]);
    assert_eq!(object["proofs"][0]["verified"], true);
    assert!(
        object["peak_rss_mib"].as_f64() <= Some(mebibytes(memory_bytes)),
        "{object}"
    );
    let all = Profile::load(&file).expect("a profile");
    let all = all.get("keccak", 12).expect("measured");
    assert_eq!(
        all.disk_bytes,
        object["streamed"]["disk_peak_bytes"].as_u64()
    );
    assert_eq!((all.runs, all.proof_bytes), (7, peaks.proof_bytes));
}

#[test]
fn a_bad_profile_is_refused_before_anything_is_proved() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("profile.json");
    std::fs::write(&file, "not a profile").expect("a file");
    for path in [
        file.clone(),
        folder.path().join("missing").join("profile.json"),
    ] {
        let output = prove(&[
            "--log-rows",
            "5",
            "--profile",
            path.to_str().expect("plain text"),
        ]);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(output.stdout.is_empty());
        assert!(
            message.starts_with("prove: ") && message.contains("; "),
            "{message}"
        );
        assert_eq!(message.lines().count(), 1, "{message}");
    }
    assert_eq!(
        std::fs::read_to_string(file).ok().as_deref(),
        Some("not a profile")
    );
}
