//! SIGTERM: nobody is taken in any longer, who was taken in gets the proof, and the service ends well.
#![forbid(unsafe_code)]

mod common;

use common::disk::Folder;
use common::{assert_proves, keccak, metric, service, until};
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::thread;

const LONG: usize = 12;

#[test]
fn who_proves_and_who_waits_gets_the_proof() {
    // Room for one proof at a time, so the second waits.
    let mut service = service("--memory 144MiB --threads 1 --queue 1");
    let proofs = service.proofs().trim_start_matches("http://").to_owned();
    thread::scope(|scope| {
        let ask = || service.prove(keccak(LONG)).expect("an answer");
        let first = scope.spawn(ask);
        until("the first proves", || {
            metric(&service, "proofs_running") == 1
        });
        let second = scope.spawn(ask);
        until("the second waits", || {
            metric(&service, "requests_waiting") == 1
        });
        service.terminate().expect("it lives");
        until("nobody is taken in", || {
            TcpStream::connect(&proofs).is_err()
        });
        for proof in [first, second] {
            assert_proves(&proof.join().expect("no panic"), keccak(LONG));
        }
    });
    until("it ends", || {
        service.has_ended().expect("a process").is_some()
    });
    assert_eq!(service.wait().expect("a process").code(), Some(0));
}

#[test]
fn a_service_without_requests_ends_at_once() {
    let service = service("--memory 1GiB");
    service.terminate().expect("it lives");
    assert_eq!(service.wait().expect("a process").code(), Some(0));
}

#[test]
fn half_a_request_holds_up_no_end() {
    let service = service("--memory 1GiB --drain 200");
    let proofs = service.proofs().trim_start_matches("http://");
    let mut half = TcpStream::connect(proofs).expect("a connection");
    half.write_all(b"POST /prove HTTP/1.1\r\nhost: x\r\n")
        .expect("sent");
    // It is read before this one is answered.
    assert_proves(&service.prove(keccak(5)).expect("an answer"), keccak(5));
    service.terminate().expect("it lives");
    assert_eq!(service.wait().expect("a process").code(), Some(0));
    drop(half);
}

#[test]
fn proofs_that_take_too_long_are_given_up() {
    let service = service("--memory 1GiB --drain 0");
    thread::scope(|scope| {
        let proof = scope.spawn(|| service.prove(keccak(LONG)));
        until("it proves", || metric(&service, "proofs_running") == 1);
        service.terminate().expect("it lives");
        assert!(proof.join().expect("no panic").is_err());
    });
    assert_eq!(service.wait().expect("a process").code(), Some(1));
}

#[test]
fn a_service_that_made_its_proofs_ends_for_a_fresh_one() {
    let mut service = service("--memory 1GiB --recycle 1");
    assert_proves(&service.prove(keccak(5)).expect("an answer"), keccak(5));
    until("it ends", || {
        service.has_ended().expect("a process").is_some()
    });
    assert_eq!(service.wait().expect("a process").code(), Some(0));
}

#[test]
fn a_service_that_vanishes_leaves_word_and_one_that_ends_does_not() {
    let folder = Folder::new();
    let file = folder.path().join("in-flight");
    let arguments = format!("--memory 1GiB --black-box {}", file.display());
    let service = common::service(&arguments);
    thread::scope(|scope| {
        let proof = scope.spawn(|| service.prove(keccak(LONG)));
        until("it proves", || metric(&service, "proofs_running") == 1);
        until("it is written down", || {
            fs::read_to_string(&file).is_ok_and(|text| text.contains("2^12 rows of keccak"))
        });
        service.kill().expect("it lives");
        assert!(proof.join().expect("no panic").is_err());
    });
    assert!(file.exists());

    let service = common::service(&arguments);
    service.terminate().expect("it lives");
    assert_eq!(service.wait().expect("a process").code(), Some(0));
    assert!(!file.exists());
}
