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

/// The whole output, where it is the same everywhere.
#[test]
fn vectors() {
    let stdout = run(env!("CARGO_BIN_EXE_06_vectors"));
    assert_eq!(
        stdout,
        "each on pages of its own: [true, true]\n\
         poly arena: 1 MiB in use\n\
         scratch arena: 512 KiB in use\n\
         sum of fractions: 1698453351\n"
    );
}

#[test]
fn results() {
    let stdout = run(env!("CARGO_BIN_EXE_07_results"));
    assert_eq!(
        stdout,
        "before: 512 KiB\n\
         after: 2.5 MiB\n\
         Ok(262144)\n\
         before: 64 KiB\n\
         Err(\"1000 rows times 4 is no two-adic size\")\n"
    );
}

#[test]
fn columns() {
    let stdout = run(env!("CARGO_BIN_EXE_08_columns"));
    assert_eq!(
        stdout,
        "reserved: 2.8 MiB\nin use: 2.8 MiB\nmain: poly 2.8 MiB\n"
    );
}

#[test]
fn promotion() {
    let stdout = run(env!("CARGO_BIN_EXE_09_promotion"));
    assert_lines(
        &stdout,
        &[
            "1024 rows: moved, poly 4 KiB",
            "detached: heap 2 KiB",
            "1048576 rows: handed over, poly 4 MiB",
            "detached: heap 2 MiB",
        ],
    );
}

#[test]
fn local_handles() {
    let stdout = run(env!("CARGO_BIN_EXE_10_local_handles"));
    assert_lines(
        &stdout,
        &["poly arena: ", "50000 of 50000 queries are consistent"],
    );
}

#[test]
fn limits() {
    let stdout = run(env!("CARGO_BIN_EXE_11_limits"));
    assert_eq!(
        stdout,
        "refused: phase `commit` has a budget of 8 MiB with 0 B in use: no room for 16 MiB more\n\
         sum 2097152, in chunks of 524288 rows\n\
         1024 rows\n\
         not opened: phase `trace` has a budget of 8 MiB with 0 B in use: no room for 128 MiB more\n"
    );
}

#[test]
fn polynomials() {
    let stdout = run(env!("CARGO_BIN_EXE_12_polynomials"));
    assert_eq!(
        stdout,
        "f = Coeffs [5, 0, 3, 2, 0, 0, 0, 0], f(10) = 2305\n\
         q = Coeffs [230, 23, 2, 0, 0, 0, 0, 0], of degree 2: the opening is right\n\
         committed: 2^3 values\n"
    );
}

#[test]
fn hash_maps() {
    let stdout = run(env!("CARGO_BIN_EXE_13_hash_maps"));
    assert_lines(
        &stdout,
        &[
            "16375 values, map of ",
            "200000 lookups in a column of 32768 rows",
        ],
    );
}

#[test]
fn rounds() {
    let stdout = run(env!("CARGO_BIN_EXE_14_rounds"));
    assert_lines(
        &stdout,
        &[
            "3 rounds, 576 KiB around them",
            "commitments: [793699313, 131958211, 1909341925]",
            "nonce 21, found in the same block",
        ],
    );
}

#[test]
fn layout_digest() {
    let stdout = run(env!("CARGO_BIN_EXE_15_layout_digest"));
    assert_lines(
        &stdout,
        &[
            "1 threads: by index ",
            "2 threads: ",
            "4 threads: ",
            "8 threads: ",
        ],
    );
}

#[test]
fn secrets() {
    let stdout = run(env!("CARGO_BIN_EXE_16_secrets"));
    assert_lines(
        &stdout,
        &[
            "Assignment { .. }: witness 8 KiB",
            "[secret], and of 1024 elements 1 is released",
            "opening ",
        ],
    );
}

#[test]
fn witness_function() {
    let stdout = run(env!("CARGO_BIN_EXE_17_witness_function"));
    assert_lines(&stdout, &["[secret]: opening Ok("]);
    assert!(stdout.ends_with("without rows Err(\"a trace has rows\")\n"));
}

#[test]
fn low_memory() {
    let stdout = run(env!("CARGO_BIN_EXE_18_low_memory"));
    assert_lines(
        &stdout,
        &[
            "1048576 rows: 8 MiB in a file",
            "opening ",
            "1024 rows: 0 B in a file",
        ],
    );
    assert!(stdout.contains(": 0 B left of 8 MiB\n"), "{stdout}");
}

#[test]
fn gated_traces() {
    let stdout = run(env!("CARGO_BIN_EXE_19_gated_traces"));
    assert_lines(
        &stdout,
        &[
            "133300 records for circuits, ",
            "no records of 133300 accesses",
            "16 slots changed, in both modes",
            "note: skipped in traces: 133,300 records, 16 MiB not allocated; most of them `",
        ],
    );
}

#[test]
fn keyed_state() {
    let stdout = run(env!("CARGO_BIN_EXE_20_keyed_state"));
    assert_lines(
        &stdout,
        &[
            "the call: Err(OutOfGas), with 10 gas left",
            "SlotKey { address: 7, slot: 1 }: Some(Write { value: 11, paid: 20 }) -> Some(",
            "SlotKey { address: 7, slot: 2 }: None -> Some(",
            "5 probes for 5 operations",
            "digest ",
        ],
    );
}

#[test]
fn reservations() {
    let stdout = run(env!("CARGO_BIN_EXE_21_reservations"));
    assert_lines(
        &stdout,
        &[
            "replayed: true",
            "refused: phase `replay` has a budget of 16 MiB with 0 B in use: no room for reservations of 53 MiB, the \
             largest of which is `refunds`",
            "reserve: first run: add events <= 140_000 (grew 16x, 64 KiB abandoned)",
        ],
    );
}

/// A program without a test would be an idea that nobody holds to its word.
#[test]
fn every_program_is_run() {
    let tests = include_str!("ideas.rs");
    let programs = std::fs::read_dir("src/bin").expect("a folder of programs");
    for path in programs.map(|entry| entry.expect("readable").path()) {
        let name = path.file_stem().expect("a name").to_str().expect("UTF-8");
        let is_run = tests.contains(&format!("CARGO_BIN_EXE_{name}\""));
        assert!(path.is_dir() || is_run, "no test runs {name}");
    }
}
