//! `/healthz` and `/readyz` on a thread of their own: it waits for no executor, no pool and no allocator.
#![forbid(unsafe_code)]

use rustix::process::setpriority_process;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// What the scheduler is told of this thread.
const NICE: i32 = -10;
/// A client that takes longer to ask is not waited for: the others are in the queue behind it. Where every core proves, one may
/// wait for its turn between its connection and its request for longer than a few slices of the scheduler.
const PATIENCE: Duration = Duration::from_millis(250);
/// After a connection that the system refuses, as when the process has too many files open: the next is likely to be, too.
const REST: Duration = Duration::from_millis(50);
/// The request line of any probe fits in here; what follows it is of no interest.
const REQUEST: usize = 1024;

const ALIVE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n";
const READY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\nconnection: close\r\n\r\nready\n";
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 5\r\nconnection: close\r\n\r\nbusy\n";
const UNKNOWN: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Answers for as long as the process lives.
///
/// # Errors
/// If there is no thread to be had.
pub(crate) fn answer(
    listener: TcpListener,
    is_ready: Arc<dyn Fn() -> bool + Send + Sync>,
) -> io::Result<()> {
    let answers = move || {
        // Where the system lets it go before everybody else; where not, threads that prove stand back anyway.
        let _ = setpriority_process(None, NICE);
        answer_all(listener.incoming(), &*is_ready, || thread::sleep(REST));
    };
    let thread = thread::Builder::new().name("health".to_owned());
    thread.spawn(answers).map(drop)
}

fn answer_all(
    streams: impl Iterator<Item = io::Result<TcpStream>>,
    is_ready: &dyn Fn() -> bool,
    rest: impl Fn(),
) {
    for stream in streams {
        match stream {
            // A client that is gone has no use for an answer.
            Ok(stream) => drop(answer_one(stream, is_ready)),
            Err(_) => rest(),
        }
    }
}

fn answer_one(mut stream: TcpStream, is_ready: &dyn Fn() -> bool) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = [0; REQUEST];
    let read = read_line(&mut stream, &mut request)?;
    stream.write_all(answer_to(&request[..read], is_ready))
}

/// Reads the first line, which may come in pieces; how many bytes there are of it.
fn read_line(stream: &mut TcpStream, request: &mut [u8]) -> io::Result<usize> {
    let until = Instant::now() + PATIENCE;
    let mut read = 0;
    while read < request.len() && !request[..read].contains(&b'\n') {
        let left = until.saturating_duration_since(Instant::now());
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match stream.read(&mut request[read..])? {
            0 => break,
            _ if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
            more => read += more,
        }
    }
    Ok(read)
}

/// The answer to a request that begins so.
fn answer_to(request: &[u8], is_ready: &dyn Fn() -> bool) -> &'static [u8] {
    let mut words = request.split(|&byte| byte == b' ');
    match (words.next(), words.next()) {
        (Some(b"GET" | b"HEAD"), Some(b"/healthz")) => ALIVE,
        (Some(b"GET" | b"HEAD"), Some(b"/readyz")) if is_ready() => READY,
        (Some(b"GET" | b"HEAD"), Some(b"/readyz")) => BUSY,
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn answers_are_as_long_as_they_say() {
        for answer in [ALIVE, READY, BUSY, UNKNOWN] {
            let text = str::from_utf8(answer).expect("UTF-8");
            let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
        }
    }

    #[test]
    fn only_known_paths_are_answered() {
        let answer = |request: &str, ready| answer_to(request.as_bytes(), &move || ready);
        assert_eq!(answer("GET /healthz HTTP/1.1\r\n", false), ALIVE);
        assert_eq!(answer("GET /readyz HTTP/1.1\r\n", true), READY);
        assert_eq!(answer("GET /readyz HTTP/1.1\r\n", false), BUSY);
        for other in [
            "",
            "GET",
            "POST /healthz HTTP/1.1",
            "GET /healthz2 ",
            "\0\0",
        ] {
            assert_eq!(answer(other, true), UNKNOWN, "{other:?}");
        }
    }

    #[test]
    fn a_system_that_refuses_connections_is_given_a_rest() {
        let rests = Cell::new(0);
        let refused = (0..3).map(|_| Err(io::ErrorKind::OutOfMemory.into()));
        answer_all(refused, &|| true, || rests.set(rests.get() + 1));
        assert_eq!(rests.get(), 3);
    }

    #[test]
    fn a_request_may_come_in_pieces() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        answer(listener, Arc::new(|| true)).expect("a thread");
        let mut client = TcpStream::connect(address).expect("a connection");
        client.set_nodelay(true).expect("a connection");
        for piece in ["GET ", "/health", "z HTTP/1.1\r\n"] {
            client.write_all(piece.as_bytes()).expect("sent");
            thread::sleep(Duration::from_millis(5));
        }
        let mut text = Vec::new();
        client.read_to_end(&mut text).expect("an answer");
        assert_eq!(text, ALIVE);
    }

    #[test]
    fn a_silent_client_holds_up_nobody_for_long() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        answer(listener, Arc::new(|| true)).expect("a thread");
        let _silent = TcpStream::connect(address).expect("a connection");
        let mut client = TcpStream::connect(address).expect("a connection");
        client
            .write_all(b"GET /healthz HTTP/1.1\r\n\r\n")
            .expect("sent");
        let mut text = Vec::new();
        client.read_to_end(&mut text).expect("an answer");
        assert_eq!(text, ALIVE);
    }
}
