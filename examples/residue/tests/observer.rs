//! The programs as a user runs them, at tiny sizes. Peers that take a crate are looked at by `.ci/forensics`.
#![forbid(unsafe_code)]

use serde_json::Value;
use std::env;
use std::fs;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_zkarena-residue");

fn run(arguments: &str) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments.split_whitespace());
    command.output().expect("cargo built it")
}

/// The rows that a command prints.
fn rows(arguments: &str) -> Vec<Value> {
    let output = run(&format!("{arguments} --json --hashes 1 --log-rows 4"));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments}: {output:?}"))
}

fn number(row: &Value, key: &str) -> u64 {
    row[key]
        .as_u64()
        .unwrap_or_else(|| panic!("no {key} in {row}"))
}

/// Whether the kernel lets a parent look at its children; if it does not, that is said, and in CI an error.
fn may_look() -> bool {
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    let may = matches!(scope.trim(), "" | "0" | "1");
    if !may {
        assert!(
            env::var("CI").as_deref() != Ok("true"),
            "CI has to be able to trace processes"
        );
        eprintln!(
            "skipped: tracing is forbidden (ptrace_scope {})",
            scope.trim()
        );
    }
    may
}

#[test]
fn an_observer_finds_the_witness_in_use() {
    if !may_look() {
        return;
    }
    let rows = rows("observe --arms zkarena,glibc --ends ok,err,panic --threads 1,2");
    assert_eq!(rows.len(), 24);
    for row in &rows {
        assert!(number(row, "positive_control") > 0, "{row}");
        assert_eq!(number(&row["residue"], "unreadable_bytes"), 0, "{row}");
    }
}

#[test]
fn a_witness_makes_a_difference_while_it_is_in_use() {
    if !may_look() {
        return;
    }
    for row in rows("difference --arms glibc") {
        assert!(number(&row, "positive_control") > 0, "{row}");
    }
}

#[test]
fn bad_arguments_are_one_line_and_exit_code_2() {
    let all = [
        "",
        "observe --arms dlmalloc",
        "observe --threads 0",
        "cores --log-rows 99",
        "nonsense",
    ];
    for arguments in all {
        let output = run(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {error}");
        assert_eq!(error.lines().count(), 1, "{arguments}: {error}");
    }
}
