//! What the service sends as a proof is one: in memory, in low-memory mode, from a process of its own.
#![forbid(unsafe_code)]

mod common;

use common::{assert_proves, keccak, metric, service, text};
use std::thread;
use zkarena_statements::{Kind, Statement};

#[test]
fn of_every_statement_and_several_at_once() {
    let service = service("--memory 2GiB");
    thread::scope(|scope| {
        for kind in Kind::ALL {
            let service = &service;
            let statement = Statement::new(kind, 6).expect("a valid size");
            scope.spawn(move || {
                let answer = service.prove(statement).expect("an answer");
                assert_proves(&answer, statement);
                assert_eq!(answer.mode.as_deref(), Some("memory"));
            });
        }
    });
    assert_eq!(metric(&service, "proofs_total{mode=\"memory\"}"), 3);
    assert_eq!(metric(&service, "gate_reserved_bytes"), 0);
}

#[test]
fn in_low_memory_mode_where_memory_is_short() {
    // The proof takes 100 MiB in memory, and half of it in low-memory mode.
    let service = service("--memory 112MiB --threads 1");
    let answer = service.prove(keccak(12)).expect("an answer");
    assert_proves(&answer, keccak(12));
    assert_eq!(answer.mode.as_deref(), Some("low-memory"));
}

#[test]
fn in_a_process_of_its_own() {
    let service = service("--memory 1GiB --isolate --threads 1");
    for _ in 0..2 {
        assert_proves(&service.prove(keccak(6)).expect("an answer"), keccak(6));
    }
    let little = common::service("--memory 112MiB --isolate --threads 1");
    let answer = little.prove(keccak(12)).expect("an answer");
    assert_proves(&answer, keccak(12));
    assert_eq!(answer.mode.as_deref(), Some("low-memory"));
}

#[test]
fn in_a_process_of_its_own_where_nothing_is_reserved() {
    for design in ["--workers 1", "--design ratio"] {
        let service = service(&format!("--memory 1GiB --isolate --threads 1 {design}"));
        assert_proves(&service.prove(keccak(11)).expect("an answer"), keccak(11));
        let page = text(&service.get("/metrics").expect("a page"));
        assert!(!page.contains("zkarena_service_gate_"), "{page}");
    }
}

#[test]
fn pages_tell_of_them() {
    let service = service("--memory 1GiB");
    assert_proves(&service.prove(keccak(6)).expect("an answer"), keccak(6));
    let page = text(&service.get("/phases").expect("a page"));
    for part in [
        "<svg",
        "2^6 rows of keccak",
        ">trace</td>",
        ">stark</td>",
        "</html>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(service.get("/readyz").expect("an answer").status, 200);
    assert!(metric(&service, "memory_limit_bytes") == 1 << 30);
    assert!(metric(&service, "memory_resident_bytes") > 0);
}
