//! Whatever a client sends, it is told in a line of JSON what was wrong, and the service goes on.
#![forbid(unsafe_code)]

mod common;

use common::{assert_proves, error, keccak, service};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;

#[test]
fn requests_that_are_none_get_a_line_of_json() {
    let service = service("--memory 1GiB");
    let named = |length| format!("{{\"statement\": \"{}\"}}", "k".repeat(length));
    let (long, longer) = (named(64 << 10), named(1_000_000));
    for (body, status, hint) in [
        ("", 400, "send {"),
        ("{", 400, "send {"),
        ("[]", 422, "send {"),
        ("{}", 422, "missing field `statement`"),
        ("{\"statement\": 7}", 422, "expected a string"),
        (
            "{\"statement\": \"sha1\"}",
            422,
            "choose keccak, poseidon2 or blake3",
        ),
        (
            "{\"statement\": \"keccak\", \"log_rows\": -1}",
            422,
            "log_rows",
        ),
        (
            "{\"statement\": \"keccak\", \"log_rows\": 4}",
            422,
            "use at least 2^5",
        ),
        (
            "{\"statement\": \"keccak\", \"log_rows\": 24}",
            422,
            "use at most 2^23",
        ),
        (
            "{\"statement\": \"keccak\", \"rows\": 5}",
            422,
            "unknown field `rows`",
        ),
        (
            "{\"statement\": \"keccak\", \"log_rows\": 23}",
            422,
            "takes at least",
        ),
        (&long, 413, "more than 16384 bytes"),
        (&longer, 413, "more than 16384 bytes"),
    ] {
        let answer = service.post(body).expect("an answer");
        assert_eq!(answer.status, status, "{body:.80}");
        let error = error(&answer);
        assert!(error.contains(hint) && error.contains("; "), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
    for (path, status) in [("/", 404), ("/prove", 405), ("/healthz", 404)] {
        let answer = service.get(path).expect("an answer");
        assert_eq!(answer.status, status, "{path}");
        assert!(error(&answer).contains("POST /prove"));
    }
    assert_proves(&service.prove(keccak(5)).expect("an answer"), keccak(5));
}

#[test]
fn what_is_no_http_at_all_harms_nobody() {
    let service = service("--memory 1GiB");
    let proofs = service.proofs().trim_start_matches("http://");
    for bytes in [
        &b"\0\xff\r\n\r\n"[..],
        b"POST /prove HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{",
    ] {
        let mut stream = TcpStream::connect(proofs).expect("a connection");
        stream.write_all(bytes).expect("sent");
        stream.shutdown(Shutdown::Write).expect("no more to send");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an end");
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_proves(&service.prove(keccak(5)).expect("an answer"), keccak(5));
}

#[test]
fn bad_arguments_are_refused_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for (arguments, hint) in [
        (vec!["--port", "99999"], "--help"),
        (vec!["--port", "65535"], "give --health-port"),
        (vec!["--port", port.as_str()], "choose another"),
        (
            vec!["--port", "0", "--health-port", port.as_str()],
            "choose another",
        ),
        (vec!["--memory", "much"], "one of B, KiB, MiB"),
        (vec!["--design", "hope"], "--help"),
        (vec!["--threads", "0"], "0 is not in 1.."),
        (
            vec!["--port", "0", "--store", "/proc"],
            "give --store a directory on a disk",
        ),
        (vec!["--jsn"], "--help"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
        let output = command.args(&arguments).output().expect("a process");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(
            message.starts_with("service: ") && message.contains("; "),
            "{message}"
        );
        assert!(message.contains(hint), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}
