//! A place is free again when its client is gone, and who finds none is told when to come back.
#![forbid(unsafe_code)]

mod common;

use common::{assert_proves, error, keccak, metric, service, until};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use zkarena_service::Running;
use zkarena_statements::Statement;

/// A proof that takes a second and more without optimisation of the rest.
const LONG: usize = 12;
/// Room for one such proof in memory, and none for a second in low-memory mode.
const ONE: &str = "--memory 144MiB --threads 1";

/// A client that asks and does not wait yet.
fn ask(service: &Running, statement: Statement) -> TcpStream {
    let proofs = service.proofs().trim_start_matches("http://");
    let mut stream = TcpStream::connect(proofs).expect("a connection");
    let (kind, log_rows) = (statement.kind(), statement.log_rows());
    let body = format!("{{\"statement\": \"{kind}\", \"log_rows\": {log_rows}}}");
    let length = body.len();
    write!(stream, "POST /prove HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .expect("sent");
    stream
}

fn answered(mut stream: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}

#[test]
fn who_finds_no_place_comes_back() {
    let service = service(&format!("{ONE} --queue 1"));
    let first = ask(&service, keccak(LONG));
    until("the first proves", || {
        metric(&service, "proofs_running") == 1
    });
    let second = ask(&service, keccak(LONG));
    until("the second waits", || {
        metric(&service, "requests_waiting") == 1
    });
    let third = service.prove(keccak(LONG)).expect("an answer");
    assert_eq!(third.status, 503);
    assert!(
        third
            .retry_after
            .is_some_and(|seconds| (1..=60).contains(&seconds))
    );
    assert!(error(&third).contains("come back"));
    assert_eq!(service.get("/readyz").expect("an answer").status, 503);
    assert_eq!(metric(&service, "proofs_running"), 1);

    for stream in [first, second] {
        assert!(answered(stream).starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
    until("all is free", || {
        metric(&service, "gate_reserved_bytes") == 0
    });
    assert_eq!(service.get("/readyz").expect("an answer").status, 200);
}

#[test]
fn who_waits_no_longer_is_not_waited_for() {
    let service = service(&format!("{ONE} --queue 1"));
    let first = ask(&service, keccak(LONG));
    until("the first proves", || {
        metric(&service, "proofs_running") == 1
    });
    let second = ask(&service, keccak(LONG));
    until("the second waits", || {
        metric(&service, "requests_waiting") == 1
    });
    drop(second);
    until("its seat is free", || {
        metric(&service, "requests_waiting") == 0
    });
    assert_eq!(metric(&service, "abandoned_total"), 1);
    assert!(answered(first).starts_with(b"HTTP/1.1 200 OK\r\n"));
    until("all is free", || {
        metric(&service, "gate_reserved_bytes") == 0
    });
    assert_eq!(metric(&service, "proofs_total{mode=\"memory\"}"), 1);
}

#[test]
fn a_client_that_goes_in_mid_proof_frees_its_bytes() {
    for isolated in ["", "--isolate"] {
        let service = service(&format!("{ONE} {isolated}"));
        let gone = ask(&service, keccak(LONG));
        until("it proves", || metric(&service, "proofs_running") == 1);
        drop(gone);
        until("all is free", || {
            metric(&service, "gate_reserved_bytes") == 0
        });
        assert_eq!(metric(&service, "abandoned_total"), 1);
        assert_proves(&service.prove(keccak(5)).expect("an answer"), keccak(5));
    }
}

#[test]
fn a_proof_that_nobody_waits_for_counts() {
    let mut service = service(&format!("{ONE} --recycle 1"));
    let gone = ask(&service, keccak(LONG));
    until("it proves", || metric(&service, "proofs_running") == 1);
    drop(gone);
    until("it ends for a fresh process", || {
        service.has_ended().expect("a process").is_some()
    });
    assert_eq!(service.wait().expect("a process").code(), Some(0));
}

#[test]
fn health_answers_while_every_core_proves() {
    let service = service("--memory 1GiB");
    thread::scope(|scope| {
        let proof = scope.spawn(|| service.prove(keccak(LONG)).expect("an answer"));
        let health = service.health().trim_start_matches("http://");
        let mut asked = 0;
        while !proof.is_finished() {
            let mut stream = TcpStream::connect(health).expect("a connection");
            stream
                .write_all(b"GET /healthz HTTP/1.1\r\n\r\n")
                .expect("sent");
            assert!(answered(stream).starts_with(b"HTTP/1.1 200 OK\r\n"));
            asked += 1;
        }
        assert!(asked > 0);
    });
}
