//! The program as its callers see it: exit codes, one-line errors, JSON, and equal transcripts.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const PROVE: &str = env!("CARGO_BIN_EXE_prove");

/// `prove` with a statement that takes milliseconds, and without idling.
fn small(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROVE);
    command.args(["--statement", "keccak", "--log-rows", "5", "--rest", "0"]);
    command.args(arguments);
    command
}

fn run(mut command: Command) -> Output {
    command.output().expect("the program to start")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("UTF-8")
}

/// Exit code 2, nothing on stdout, one line on stderr that says what is wrong and what to do.
fn assert_refused(output: &Output, hint: &str) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(output.stdout.is_empty());
    assert!(
        message.starts_with("prove: ") && message.contains("; "),
        "{message}"
    );
    assert!(message.contains(hint), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

fn json(command: Command) -> Value {
    let output = run(command);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 1);
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn bad_arguments_are_refused_in_one_line() {
    let cases: [(&[&str], &str); 14] = [
        (
            &["--statement", "sha1"],
            "choose keccak, poseidon2 or blake3",
        ),
        (&["--pcs", "kzg"], "choose arena or published"),
        (&["--log-rows", "0"], "use at least 2^5"),
        (&["--log-rows", "24"], "use at most 2^23"),
        (&["--log-rows", "-1"], "--help"),
        (&["--log-rows", "ten"], "--help"),
        (&["--proofs", "0"], "0 is not in 1.."),
        (&["--threads", "0"], "0 is not in 1.."),
        (&["--threads", "100000"], "100000 is not in 1.."),
        (&["--memory", "much"], "one of B, KiB, MiB"),
        (&["--memory", "1GiB", "--pcs", "published"], "--help"),
        (&["--memory", "1GiB", "--witness"], "--help"),
        (&["--plain"], "--memory <SIZE>"),
        (&["--jsn"], "--json"),
    ];
    for (arguments, hint) in cases {
        let mut command = Command::new(PROVE);
        command.args(arguments);
        assert_refused(&run(command), hint);
    }
}

#[test]
fn an_unwritable_directory_is_refused() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let file = parent.path().join("file");
    std::fs::write(&file, "in the way").expect("a file");
    for dir in [file.clone(), file.join("below")] {
        let mut command = small(&[]);
        command.arg("--out").arg(dir);
        assert_refused(&run(command), "give --out another directory");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_size_that_cannot_fit_is_refused() {
    let limited = r#"ulimit -v 400000 && exec "$0" --log-rows 15"#;
    let mut command = Command::new("sh");
    command.args(["-c", limited, PROVE]);
    let output = run(command);
    assert_refused(&output, "2^15 rows of keccak needs about");
    assert_refused(&output, "use --log-rows 14 or less");
}

#[test]
fn json_has_the_promised_shape() {
    let object = json(small(&["--json", "--proofs", "2", "--threads", "2"]));
    assert_eq!(object["statement"], "keccak");
    assert_eq!(object["pcs"], "published");
    assert_eq!(object["log_rows"], 5);
    assert_eq!(object["threads"], 2);
    assert!(object["allocator"].is_string());

    let proofs = object["proofs"].as_array().expect("an array");
    assert_eq!(proofs.len(), 2);
    for proof in proofs {
        assert!(
            proof["seconds"]
                .as_f64()
                .is_some_and(|seconds| seconds > 0.0)
        );
        assert_eq!(proof["verified"], true);
        assert!(proof["proof_bytes"].as_u64().is_some_and(|bytes| bytes > 0));
        let digest = proof["transcript_sha256"].as_str().expect("a string");
        assert_eq!(digest.len(), 64);
        assert_eq!(proof["transcript_sha256"], proofs[0]["transcript_sha256"]);
    }

    let phases = object["phases"].as_array().expect("an array");
    let names: Vec<_> = phases
        .iter()
        .filter_map(|phase| phase["name"].as_str())
        .collect();
    assert_eq!(names, ["prove", "trace", "stark", "verify"].repeat(2));
}

#[cfg(target_os = "linux")]
#[test]
fn json_has_memory_and_faults() {
    let object = json(small(&["--json", "--proofs", "1"]));
    let peak = object["peak_rss_mib"].as_f64().expect("a number");
    let at_rest = object["at_rest_rss_mib"].as_f64().expect("a number");
    assert!(at_rest > 0.0 && peak >= at_rest, "{peak} {at_rest}");
    assert!(object["proofs"][0]["minor_faults"].is_u64());
}

#[test]
fn piped_output_is_plain_text() {
    let output = run(small(&["--proofs", "2"]));
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    assert!(
        table.contains("2^5 rows of keccak") && table.contains("at rest"),
        "{table}"
    );
    assert_eq!(
        table.lines().filter(|line| line.ends_with("yes")).count(),
        2
    );
    assert!(!table.contains(['\r', '\u{1b}']), "{table:?}");
}

#[test]
fn transcripts_depend_on_neither_threads_nor_allocator() {
    for kind in ["keccak", "poseidon2", "blake3"] {
        let digest = |threads: &str, zkarena: Option<&str>| {
            let mut command = Command::new(PROVE);
            command.args(["--statement", kind, "--log-rows", "5", "--proofs", "1"]);
            command.args(["--rest", "0", "--json", "--threads", threads]);
            command.env_remove("ZKARENA");
            command.envs(zkarena.map(|value| ("ZKARENA", value)));
            json(command)["proofs"][0]["transcript_sha256"].clone()
        };
        let one_thread = digest("1", None);
        assert_eq!(digest("2", None), one_thread, "{kind}, two threads");
        assert_eq!(digest("2", Some("off")), one_thread, "{kind}, ZKARENA=off");
    }
}

#[test]
fn both_schemes_make_the_same_transcript() {
    for kind in ["keccak", "poseidon2", "blake3"] {
        let proved = |scheme: &str| {
            let mut command = Command::new(PROVE);
            command.args(["--statement", kind, "--log-rows", "6", "--proofs", "2"]);
            command.args(["--rest", "0", "--json", "--pcs", scheme]);
            json(command)
        };
        let (published, arena) = (proved("published"), proved("arena"));
        assert_eq!(arena["pcs"], "arena");
        for proof in arena["proofs"].as_array().expect("an array") {
            let expected = &published["proofs"][0]["transcript_sha256"];
            assert_eq!(proof["verified"], true, "{kind}");
            assert_eq!(&proof["transcript_sha256"], expected, "{kind}");
        }
    }
}

#[test]
fn out_writes_timeline_report_and_trace() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let dir = parent.path().join("new").join("results");
    let mut command = small(&["--proofs", "1"]);
    command.arg("--out").arg(&dir);
    assert!(run(command).status.success());

    let read = |file: &str| std::fs::read_to_string(Path::new(&dir).join(file)).expect("a file");
    assert!(read("timeline.svg").contains("<svg"));
    let report: Value = serde_json::from_str(&read("report.json")).expect("JSON");
    assert!(
        report["phases"]
            .as_array()
            .is_some_and(|phases| !phases.is_empty())
    );
    let trace: Value = serde_json::from_str(&read("trace.json")).expect("JSON");
    assert!(
        trace["traceEvents"]
            .as_array()
            .is_some_and(|events| events.len() > 4)
    );
    let files = std::fs::read_dir(&dir).expect("a directory");
    assert_eq!(files.count(), 3, "nothing else is left behind");
}

/// `--witness`: the same proofs, and nothing is left of the trace, which the search finds if it is not wiped.
#[test]
#[cfg(target_os = "linux")]
fn a_witness_leaves_nothing() {
    let witness = json(small(&["--json", "--proofs", "2", "--witness"]));
    let ordinary = json(small(&["--json", "--proofs", "1"]));
    assert_eq!(witness["verified"], true);
    assert!(witness["seconds"].as_f64() > Some(0.0));
    assert!(witness["protection"]["committed_bytes"].as_u64() > Some(0));
    let residue = &witness["residue"];
    assert_eq!(residue["hits"], 0, "{residue}");
    assert!(residue["positive_control"].as_u64() > Some(0), "{residue}");
    assert!(ordinary.get("residue").is_none());
    assert_eq!(
        witness["proofs"][1]["transcript_sha256"],
        ordinary["proofs"][0]["transcript_sha256"]
    );
}

/// `prove` with a statement that does not fit into a small budget.
#[cfg(target_os = "linux")]
fn larger(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROVE);
    command.args(["--statement", "keccak", "--log-rows", "11", "--rest", "0"]);
    command.args(arguments);
    command
}

/// Some mebibytes (what is resident by then) above the least budget of `larger`, as a refusal names it.
#[cfg(target_os = "linux")]
fn little() -> String {
    let output = run(larger(&["--memory", "1MiB"]));
    assert_refused(&output, "2^11 rows of keccak takes at least");
    assert_refused(&output, "MiB; give --memory that much");
    let message = text(&output.stderr);
    let floor = message
        .split_once("at least ")
        .and_then(|(_, rest)| rest.split_once(" MiB"));
    let floor = floor.and_then(|(mebibytes, _)| mebibytes.parse::<u32>().ok());
    format!("{}MiB", floor.expect("a whole number") + 6)
}

/// `--memory`: the same proofs from a file, and the process stays within the budget.
#[test]
#[cfg(target_os = "linux")]
fn a_budget_is_kept_and_gives_the_same_transcript() {
    let ordinary = json(larger(&["--json", "--proofs", "1"]));
    let memory = little();
    let budget = memory.trim_end_matches("MiB").parse::<f64>().ok();
    let streamed = json(larger(&[
        "--json", "--proofs", "2", "--memory", &memory, "--plain",
    ]));
    assert_eq!(streamed["pcs"], "streamed");
    for proof in streamed["proofs"].as_array().expect("an array") {
        assert_eq!(proof["verified"], true);
        let expected = &ordinary["proofs"][0]["transcript_sha256"];
        assert_eq!(&proof["transcript_sha256"], expected);
    }
    let stream = &streamed["streamed"];
    assert_eq!(stream["encrypted"], false);
    assert!(stream["written_bytes"].as_u64() > Some(0), "{stream}");
    assert!(
        streamed["peak_rss_mib"].as_f64() <= budget,
        "{memory}: {streamed}"
    );
    assert!(ordinary.get("streamed").is_none());
}

#[test]
#[cfg(target_os = "linux")]
fn what_fits_into_a_budget_touches_no_disk() {
    let object = json(small(&["--json", "--proofs", "1", "--memory", "1GiB"]));
    assert_eq!(object["proofs"][0]["verified"], true);
    let stream = &object["streamed"];
    assert_eq!(
        (&stream["encrypted"], &stream["memory_bytes"]),
        (&true.into(), &(1 << 30).into())
    );
    assert_eq!(
        (&stream["written_bytes"], &stream["disk_peak_bytes"]),
        (&0.into(), &0.into())
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_directory_that_takes_no_file_is_refused() {
    let mut command = larger(&["--memory", &little()]);
    command.env("ZKARENA_STORE_DIR", "/proc");
    assert_refused(&run(command), "in ZKARENA_STORE_DIR");
}
