//! The program as its callers see it, on whatever machine this is.

use std::process::{Command, Output};

use roxmltree::Document;
use serde_json::Value;

const DOCTOR: &str = env!("CARGO_BIN_EXE_doctor");

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(DOCTOR);
    command.args(arguments);
    command.output().expect("the program to start")
}

fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_finding_has_a_verdict_and_advice_where_it_is_not_good() {
    let text = printed(&["--json"]);
    assert_eq!(text.lines().count(), 1);
    let screen: Value = serde_json::from_str(&text).expect("one JSON object");
    let sections = screen["sections"].as_array().expect("a list");
    let about: Vec<_> = sections
        .iter()
        .filter_map(|section| section["about"].as_str())
        .collect();
    assert_eq!(
        about,
        ["memory", "page faults", "pressure", "store", "witnesses"]
    );
    for section in sections {
        let findings = section["findings"].as_array().expect("a list");
        assert!(!findings.is_empty());
        for finding in findings {
            assert!(
                finding["is"].as_str().is_some_and(|is| !is.is_empty()),
                "{finding}"
            );
            let good = finding["verdict"] == "good";
            assert_eq!(finding.get("advice").is_none(), good, "{finding}");
        }
    }
}

#[test]
fn text_is_a_screen_of_lines() {
    let text = printed(&[]);
    let lines = text.lines().count();
    assert!((20..60).contains(&lines), "{text}");
    assert!(!text.contains(['\r', '\u{1b}']), "{text:?}");
    for what in [
        "limit",
        "overcommit",
        "small pages",
        "O_TMPFILE",
        "core files",
    ] {
        assert!(text.contains(what), "{what}: {text}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn page_faults_are_measured() {
    let screen: Value = serde_json::from_str(&printed(&["--json"])).expect("JSON");
    let faults = screen["sections"][1]["findings"]
        .as_array()
        .expect("a list");
    let small = faults[0]["is"].as_str().expect("a text");
    assert_eq!(faults[0]["what"], "small pages");
    assert!(
        small.contains(" µs each") && !small.starts_with("0.00"),
        "{small}"
    );
}

#[test]
fn the_picture_is_one() {
    let svg = printed(&["--svg"]);
    let document = Document::parse(&svg).expect("well-formed XML");
    assert_eq!(document.root_element().tag_name().name(), "svg");
    assert!(svg.contains("witnesses"));
}

#[test]
fn a_directory_that_takes_no_file_is_found_poor() {
    let text = printed(&["--store-dir", "/proc"]);
    assert!(text.contains("poor  directory"), "{text}");
    assert!(
        text.contains("-> name a directory on a disk in ZKARENA_STORE_DIR"),
        "{text}"
    );
}

/// What is found of the witness heap with so few addresses; `None` if the program does not even start.
fn witness_heap(mebibytes: u64) -> Option<Value> {
    let limit = format!("ulimit -v {} && exec \"$0\" --json", mebibytes << 10);
    let mut command = Command::new("sh");
    let output = command.args(["-c", &limit, DOCTOR]).output();
    let output = output.expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{mebibytes} MiB: {stderr}");
    let screen: Value = serde_json::from_slice(&output.stdout).ok()?;
    let mut sections = screen["sections"].as_array()?.iter();
    let witnesses = sections.find(|section| section["about"] == "witnesses")?;
    let mut findings = witnesses["findings"].as_array()?.iter();
    findings
        .find(|finding| finding["what"] == "their heap")
        .cloned()
}

#[test]
fn a_heap_without_addresses_is_found_closed() {
    let heaps = (12..=32).step_by(4).filter_map(witness_heap);
    let closed = heaps.filter(|heap| heap["is"] == "closed");
    let closed: Vec<_> = closed.collect();
    assert!(!closed.is_empty(), "this tests nothing");
    assert!(closed.iter().all(|heap| heap["verdict"] == "poor"));
}

#[test]
fn bad_arguments_are_refused_in_one_line() {
    for arguments in [&["--jsn"][..], &["--json", "--svg"], &["extra"]] {
        let output = run(arguments);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(
            message.starts_with("doctor: ") && message.contains("; "),
            "{message}"
        );
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(output.stdout.is_empty());
    }
}
