//! What the test files share.
#![allow(
    dead_code,
    reason = "each test file is a crate of its own and uses its share"
)]

#[path = "../../../../runtime/tests/common/disk.rs"]
pub(crate) mod disk;

use serde_json::Value;
use std::thread;
use std::time::{Duration, Instant};
use zkarena_service::{Answer, Running, Start};
use zkarena_statements::{Kind, Prover, Statement};

/// Longer than anything takes, on any machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// How to start the service with these arguments.
pub(crate) fn start(arguments: &str) -> Start {
    Start::new(env!("CARGO_BIN_EXE_service")).args(arguments.split_whitespace())
}

/// A service with these arguments.
pub(crate) fn service(arguments: &str) -> Running {
    start(arguments).run().expect("a service")
}

/// So many rows of Keccak.
pub(crate) fn keccak(log_rows: usize) -> Statement {
    Statement::new(Kind::Keccak, log_rows).expect("a valid size")
}

/// That the answer is a proof, which the published verifier takes.
pub(crate) fn assert_proves(answer: &Answer, statement: Statement) {
    assert_eq!(answer.status, 200, "{}", text(answer));
    let prover = Prover::new(statement);
    let proof = prover.decode(&answer.body).expect("a proof");
    assert_eq!(prover.verify(&proof), Ok(()));
}

/// The line of JSON in an answer without a proof.
pub(crate) fn error(answer: &Answer) -> String {
    let told: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(told.as_object().map(serde_json::Map::len), Some(1));
    told["error"].as_str().expect("a text").to_owned()
}

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// A figure of `/metrics`; 0 before anything was counted.
pub(crate) fn metric(service: &Running, name: &str) -> u64 {
    let page = text(&service.get("/metrics").expect("a page"));
    let name = format!("zkarena_service_{name} ");
    let mut values = page.lines().filter_map(|line| line.strip_prefix(&name));
    values
        .next()
        .map_or(0, |value| value.parse().expect("a number"))
}

/// Waits until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Ends a test that this machine cannot run: with a printed reason, and under `CI=true` as a failure.
pub(crate) fn skip_or_fail(reason: &str) {
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!ci, "skipped under CI: {reason}");
    println!("skipped: {reason}");
}
