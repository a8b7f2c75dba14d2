//! The programs as a user runs them, without peers and at tiny sizes.
#![forbid(unsafe_code)]

use serde_json::Value;
use std::process::{Command, Output};

const ARMS: [&str; 2] = [
    env!("CARGO_BIN_EXE_arm-glibc"),
    env!("CARGO_BIN_EXE_arm-zkarena"),
];

fn run(program: &str, arguments: &str) -> Output {
    let mut command = Command::new(program);
    command.args(arguments.split_whitespace());
    command.output().expect("cargo built it")
}

fn result(arm: &str, arguments: &str) -> Value {
    let output = run(arm, arguments);
    assert!(output.status.success(), "{arm} {arguments}: {output:?}");
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

#[test]
fn arms_prove_the_same_thing_and_verify_it() {
    let runs = ARMS.map(|arm| result(arm, "proofs poseidon2 4 2 0.1"));
    let transcript = &runs[0]["proofs"][0]["transcript_sha256"];
    assert!(transcript.is_string());
    for run in &runs {
        let proofs = run["proofs"].as_array().expect("a list");
        assert_eq!(proofs.len(), 3);
        for proof in proofs {
            assert_eq!(proof["verified"], true);
            assert_eq!(&proof["transcript_sha256"], transcript);
            assert!(proof["seconds"].as_f64() > Some(0.0));
        }
        assert!(run["peak_kib"].as_u64() >= run["at_rest_kib"].as_u64());
    }
}

#[test]
fn a_gigabyte_of_zeros_is_probed() {
    for arm in ARMS {
        let probed = result(arm, "probe zeroed");
        assert_eq!(probed["requested_bytes"], 1 << 30);
        assert_eq!(probed["rss"].as_array().map(Vec::len), Some(2));
    }
    let zkarena = result(ARMS[1], "probe zeroed");
    assert_eq!(zkarena["own_heap_bytes"], zkarena["requested_bytes"]);
}

#[test]
fn bad_arguments_are_one_line_and_exit_code_2() {
    let program = env!("CARGO_BIN_EXE_zkarena-compare");
    for arguments in ["--rounds 0", "--log-rows 99", "--arms dlmalloc", "nonsense"] {
        let output = run(program, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr).lines().count(),
            1,
            "{arguments}"
        );
        assert!(output.stdout.is_empty(), "{arguments}");
    }
}
