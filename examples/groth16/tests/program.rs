//! The program as a user runs it, at a tiny size.
#![forbid(unsafe_code)]

use serde_json::Value;
use std::process::{Command, Output};

fn run(arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groth16"));
    command.args(arguments.split_whitespace());
    command.output().expect("cargo built it")
}

#[test]
#[cfg(target_os = "linux")]
fn the_object_has_what_it_should() {
    let output = run("--hashes 2 --threads 2 --json");
    let object: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    assert_eq!(object["verified"], true);
    assert!(object["seconds"].as_f64() > Some(0.0));
    assert!(object["protection"].is_object());
    let residue = &object["residue"];
    assert!(residue["positive_control"].as_u64() > Some(0), "{residue}");
    assert!(residue["classes"].is_object());
    assert_eq!(residue["hits"], 0, "{residue}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn bad_arguments_are_one_line_and_exit_code_2() {
    for arguments in ["--hashes 0", "--threads many", "nonsense"] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
