//! Every idea runs to its end, where it has asserted what it claims, and prints what it is about.
#![forbid(unsafe_code)]

use std::process::Command;

/// Whoever runs the tests may have set these; the programs assert what holds without them.
const SETTINGS: [&str; 5] = [
    "ZKARENA",
    "ZKARENA_MIN_BYTES",
    "ZKARENA_PAGES",
    "ZKARENA_RETAIN",
    "ZKARENA_RESERVE",
];

/// Runs a program, demands that it succeeds, and returns what it printed.
fn run(program: &str) -> String {
    let mut command = Command::new(program);
    for setting in SETTINGS {
        command.env_remove(setting);
    }
    let output = command.output().expect("the program to start");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program}: {}\n{stdout}\n{stderr}",
        output.status
    );
    assert_eq!(stderr, "", "{program} complains");
    stdout
}

/// Each text is the beginning of a line, in this order.
fn assert_lines(stdout: &str, beginnings: &[&str]) {
    let mut lines = stdout.lines();
    for beginning in beginnings {
        assert!(
            lines.any(|line| line.starts_with(beginning)),
            "no line `{beginning}` (in this place) in\n{stdout}"
        );
    }
}

#[test]
fn first_phase() {
    let stdout = run(env!("CARGO_BIN_EXE_01_first_phase"));
    assert_lines(
        &stdout,
        &["global allocator: zkarena, ", "heap: ", "phase ", "prove  "],
    );
}

#[test]
fn nested_phases() {
    let stdout = run(env!("CARGO_BIN_EXE_02_nested_phases"));
    assert_lines(
        &stdout,
        &[
            "prove  ",
            "├─ trace  ",
            "└─ commit  ",
            "   └─ fold  ",
            "doomed  ",
            "next  ",
        ],
    );
}

#[test]
fn survivors() {
    let stdout = run(env!("CARGO_BIN_EXE_03_survivors"));
    assert_lines(
        &stdout,
        &[
            "first  ",
            "second  ",
            "third  ",
            "note: largest survivor: 512 KiB of first ",
        ],
    );
}

#[test]
fn retention() {
    let stdout = run(env!("CARGO_BIN_EXE_04_retention"));
    assert_lines(
        &stdout,
        &["Retain: ", "Trim: ", "Budget: ", "UntilIdle: ", "trim(): "],
    );
}

#[test]
fn threads() {
    let stdout = run(env!("CARGO_BIN_EXE_05_threads"));
    assert_lines(&stdout, &["alone  ", "left  "]);
    assert_lines(&stdout, &["alone  ", "right  "]);
}
