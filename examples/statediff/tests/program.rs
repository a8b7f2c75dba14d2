//! The program as its callers see it: exit codes, one-line errors, JSON, and results that agree, at a small size.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use serde_json::Value;
use std::process::{Command, Output};

const VARIANTS: [&str; 3] = ["naive", "merged", "zkarena"];

fn run(arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_statediff"));
    command.args(arguments.split_whitespace());
    command.output().expect("cargo built it")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("UTF-8")
}

fn json(arguments: &str) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 1);
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// The first run of a part of a variant.
fn taken<'a>(workload: &'a Value, variant: &str, part: &str, mode: &str) -> &'a Value {
    let cells = workload["cells"].as_array().expect("a list");
    let cell = cells
        .iter()
        .find(|cell| cell["variant"] == variant && cell["part"] == part && cell["mode"] == mode);
    &cell.expect("it was measured")["runs"][0]
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

#[test]
fn bad_arguments_are_refused_in_one_line() {
    for (arguments, hint) in [
        ("--workload w4", "w1, w2, w3"),
        ("--mode keep", "record, skip"),
        ("--variant best", "naive, merged, zkarena"),
        ("--rounds 0", "0 is not in 1..=1000"),
        ("--divide 0", "0 is not in 1..=10000"),
        ("--json --markdown", "cannot be used with"),
        ("nonsense", "nonsense"),
    ] {
        let output = run(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {message}");
        assert!(output.stdout.is_empty(), "{arguments}");
        assert!(
            message.starts_with("statediff: ") && message.contains("; see `statediff --help`"),
            "{message}"
        );
        assert!(message.contains(hint), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn variants_modes_and_derivations_come_to_the_same() {
    let object = json("--workload w1,w2,w3 --divide 200 --rounds 1 --json");
    for workload in object["workloads"].as_array().expect("a list") {
        let first = taken(workload, "naive", "whole", "record");
        assert!(number(&first["of_facts"]["writes"]) > 0, "{first}");
        assert!(
            number(&first["of_facts"]["protective_reads"]) > 0,
            "{first}"
        );
        for variant in VARIANTS {
            for mode in ["record", "skip"] {
                let run = taken(workload, variant, "whole", mode);
                assert_eq!(run["of_facts"], first["of_facts"], "{variant} {mode}");
                for figure in ["sum", "logs_hash"] {
                    assert_eq!(run[figure], first[figure], "{variant} {mode} {figure}");
                }
            }
            let recorded = taken(workload, variant, "whole", "record");
            assert_eq!(recorded["of_trace"], first["of_facts"], "{variant}");
            assert_eq!(recorded["trace_hash"], first["trace_hash"], "{variant}");
        }
        let ours = taken(workload, "zkarena", "whole", "skip");
        assert_eq!(
            ours["of_trace"], first["of_facts"],
            "a skipped trace is summed up"
        );
    }
}

#[test]
fn variants_are_what_they_are_called() {
    let object = json("--divide 20 --rounds 1 --json");
    let workload = &object["workloads"][0];
    let records = number(&workload["tally"]["records"]);
    for variant in VARIANTS {
        let recorded = taken(workload, variant, "trace", "record");
        assert_eq!(number(&recorded["records"]), records, "{recorded}");
        let skipped = taken(workload, variant, "trace", "skip");
        for figure in ["records", "built", "payload_bytes"] {
            assert_eq!(skipped[figure], 0, "{variant} {figure}");
        }
    }
    let part = |variant, part| taken(workload, variant, part, "record");
    assert!(number(&part("naive", "logs")["growths"]) > 10);
    for variant in ["merged", "zkarena"] {
        assert_eq!(part(variant, "logs")["growths"], 0, "{variant}");
    }
    let keyed = part("zkarena", "keyed");
    assert_eq!(keyed["probes"], keyed["accesses"], "one for each");
    assert!(number(&part("merged", "keyed")["probes"]) > 2 * number(&keyed["accesses"]));
    let bytes = |variant| number(&part(variant, "keyed")["high_water_bytes"]);
    assert!(bytes("zkarena") < bytes("merged") && bytes("merged") < bytes("naive"));
}

#[test]
fn pages_of_a_phase_for_each_transaction_do_not_add_up() {
    let object = json("--divide 20 --rounds 1 --json");
    let scratch = object["scratch"].as_array().expect("a list");
    let bytes = |way: &str| -> Vec<u64> {
        let sizes = scratch.iter().map(|pages| &pages[way]["high_water_bytes"]);
        sizes.map(number).collect()
    };
    let (kept, phased) = (bytes("kept"), bytes("phased"));
    assert_eq!(kept.len(), 3, "a quarter, a half, all");
    assert!(kept[2] > 3 * kept[0], "{kept:?}");
    // The report remembers the latest 1,024 phases, which takes some bytes for each until there were so many.
    let more = |bytes: &[u64]| bytes[2] - bytes[0];
    assert!(more(&phased) * 100 < more(&kept), "{phased:?}");
}

#[test]
fn parts_of_batches_have_no_goals_and_tables_say_how_they_were_made() {
    let arguments = "--divide 500 --rounds 1 --variant naive,zkarena --mode skip --markdown";
    let output = run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let markdown = text(&output.stdout);
    let command = format!("`cargo run --release --bin statediff -- {arguments}`, ");
    assert!(markdown.starts_with(&command), "{markdown}");
    assert!(markdown.contains("|  | naive | zkarena |"), "{markdown}");
    assert!(
        markdown.contains("| trace, skip: records | 0 | 0 |"),
        "{markdown}"
    );
    assert!(!markdown.contains("Goals"), "{markdown}");
}
