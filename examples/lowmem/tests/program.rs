//! The program as its callers see it: exit codes, one-line errors, JSON, and nothing left behind.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use serde_json::Value;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

const LOWMEM: &str = env!("CARGO_BIN_EXE_lowmem");
const ARMS: [&str; 7] = [
    "glibc",
    "naive",
    "compat",
    "streamed-plain-raw",
    "streamed-plain",
    "streamed-raw",
    "streamed",
];

fn lowmem(arguments: &str) -> Command {
    let mut command = Command::new(LOWMEM);
    command.args(arguments.split_whitespace());
    command
}

fn run(arguments: &str) -> Output {
    lowmem(arguments).output().expect("cargo built it")
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

fn cells(object: &Value) -> &[Value] {
    object["statements"][0]["cells"].as_array().expect("a list")
}

/// Whether the results come from cgroups; if not, the test ends: with a printed reason, and under `CI=true` as a
/// failure.
fn has_limits(object: &Value) -> bool {
    let reason = &object["unlimited"];
    let ci = env::var_os("CI").is_some_and(|value| value == "true");
    assert!(reason.is_null() || !ci, "skipped under CI: {reason}");
    if !reason.is_null() {
        println!("skipped: {reason}");
    }
    reason.is_null()
}

#[test]
fn bad_arguments_are_refused_in_one_line() {
    for (arguments, hint) in [
        ("--statement sha1", "choose keccak, poseidon2 or blake3"),
        ("--log-rows 2", "use at least 2^5"),
        ("--log-rows 23", "use a smaller --log-rows"),
        ("--limits half", "such as 1/8"),
        ("--arms mmap", "naive"),
        ("--rounds 0", "0 is not in 1.."),
        (
            "--store-dir /proc",
            "give --store-dir a directory on a disk",
        ),
        ("--json --markdown", "cannot be used with"),
        ("--jsn", "--json"),
    ] {
        let output = run(&format!("--statement keccak {arguments}"));
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {message}");
        assert!(output.stdout.is_empty(), "{arguments}");
        assert!(
            message.starts_with("lowmem: ") && message.contains("; "),
            "{message}"
        );
        assert!(message.contains(hint), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn every_arm_proves_and_verifies() {
    let object = json("--statement keccak --log-rows 5 --rounds 2 --limits none --json");
    assert_eq!(object["rounds"], 2);
    assert!(object["command"].is_string());
    assert!(object["machine"]["cores"].as_u64() > Some(0));
    let statement = &object["statements"][0];
    assert_eq!(
        (&statement["statement"], &statement["log_rows"]),
        (&"keccak".into(), &5.into())
    );
    assert!(statement["in_ram_peak_bytes"].as_u64() > Some(0));

    let names: Vec<_> = cells(&object).iter().map(|cell| &cell["arm"]).collect();
    assert_eq!(names, ARMS);
    for cell in cells(&object) {
        assert_eq!(
            (&cell["done"], &cell["verified"]),
            (&2.into(), &2.into()),
            "{cell}"
        );
        assert!(
            cell["limit"].is_null() && cell["limit_bytes"].is_null(),
            "{cell}"
        );
        for figure in [
            "wall_seconds",
            "wall_ratio",
            "cpu_seconds",
            "cpu_ratio",
            "peak_rss_bytes",
        ] {
            assert!(cell[figure].as_f64() > Some(0.0), "{figure}: {cell}");
        }
        assert!(cell["disk_read_bytes"].is_number() && cell["disk_written_bytes"].is_number());
        let tries = cell["tries"].as_array().expect("a list");
        assert_eq!(tries.len(), 2, "{cell}");
    }
    assert_eq!(cells(&object)[0]["wall_ratio"], 1.0);
}

/// Within a limit streamed proofs go through a store, and naive ones through mapped files; the others, and what
/// fits in RAM, touch no disk.
#[test]
fn arms_are_what_they_are_called() {
    let object = json(
        "--statement keccak --log-rows 11 --rounds 1 --limits none,1/1 --arms naive,streamed-plain-raw --json",
    );
    for cell in cells(&object) {
        let run = &cell["tries"][0]["outcome"]["done"];
        let written = run["disk_written_bytes"].as_u64().expect("a number");
        let stored = run["store"]["written_bytes"].as_u64();
        match cell["arm"].as_str() {
            Some("glibc") => assert_eq!(written, 0),
            Some("naive") => assert!(written > 4 << 20, "{run}"),
            _ if cell["limit"].is_null() => assert_eq!((written, stored), (0, Some(0)), "{run}"),
            _ => assert!(stored > Some(4 << 20), "{run}"),
        }
        assert_eq!(cell["verified"], 1, "{cell}");
    }
}

#[test]
fn a_limit_below_the_floor_is_refused() {
    let object =
        json("--statement keccak --log-rows 8 --rounds 2 --limits 1/4 --arms streamed --json");
    let refused = &cells(&object)[1];
    assert_eq!(
        (&refused["refused"], &refused["failed"]),
        (&1.into(), &0.into()),
        "{refused}"
    );
    let why = refused["tries"][0]["outcome"]["refused"].as_str();
    assert!(why.is_some_and(|why| why.contains("at least")), "{refused}");
}

#[test]
fn a_limit_kills_what_does_not_fit() {
    let object =
        json("--statement keccak --log-rows 10 --rounds 2 --arms glibc --limits 1/1,1/2 --json");
    if !has_limits(&object) {
        return;
    }
    let [reference, fits, does_not] = cells(&object) else {
        panic!("three cells: {object}");
    };
    let peak = reference["peak_rss_bytes"].as_u64().expect("a number");
    assert_eq!(
        (&fits["limit"], &fits["verified"]),
        (&"1/1".into(), &2.into()),
        "{fits}"
    );
    assert_eq!(
        (&does_not["limit"], &does_not["done"]),
        (&"1/2".into(), &0.into())
    );
    assert_eq!(does_not["killed"], 1, "and is not tried again: {does_not}");
    let limit = does_not["limit_bytes"].as_u64().expect("a number");
    assert!(limit.abs_diff(peak / 2) < peak / 10, "{limit} of {peak}");
    assert!(
        does_not["group_peak_bytes"].as_u64() <= Some(limit),
        "{does_not}"
    );
}

#[test]
fn an_interrupted_run_leaves_no_cgroup() {
    let mut command =
        lowmem("--statement keccak --log-rows 15 --rounds 9 --limits none --arms glibc");
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo built it");
    let mut said = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let begun = said.any(|line| line.expect("a line").starts_with("[1/"));
    assert!(begun);
    let id = child.id().to_string();
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -INT {id}")])
        .status();
    assert!(sent.expect("a shell").success());
    let last = said.map_while(Result::ok).last().expect("a line");
    assert_eq!(last, "lowmem: interrupted; there are no results");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));

    let mut find = Command::new("find");
    find.args(["/sys/fs/cgroup", "-name", &format!("zkarena-lowmem-{id}-*")]);
    let left = find.output().expect("find").stdout;
    assert!(left.is_empty(), "{}", text(&left));
}

#[test]
fn markdown_says_how_it_was_made() {
    let arguments =
        "--statement poseidon2 --log-rows 5 --rounds 1 --limits none --arms naive --markdown";
    let output = run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let markdown = text(&output.stdout);
    let command = format!("`cargo run --release --bin lowmem -- {arguments}`, ");
    assert!(markdown.starts_with(&command), "{markdown}");
    assert!(markdown.contains("\n### poseidon2, 2^5 rows"), "{markdown}");
    assert!(
        markdown.contains("\n| naive | none | - | 1 done | "),
        "{markdown}"
    );
}

#[test]
fn the_table_is_plain_text() {
    let output =
        run("--statement poseidon2 --log-rows 5 --rounds 1 --limits none --arms streamed-plain");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    assert!(table.contains("poseidon2, 2^5 rows"), "{table}");
    assert_eq!(
        table.lines().filter(|line| line.contains("1 done")).count(),
        2,
        "{table}"
    );
    assert!(!table.contains(['\r', '\u{1b}']), "{table:?}");
}
