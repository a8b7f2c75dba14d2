//! What is looked at while the load is on: the working set, and how long `/healthz` takes.
#![forbid(unsafe_code)]

use rustix::process::setpriority_process;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use zkarena_measure::group::Group;

/// How often the working set is read: a proof grows for a tenth of a second and more.
const LOOK: Duration = Duration::from_millis(10);
/// How often `/healthz` is asked: more often than any orchestrator.
const ASK: Duration = Duration::from_millis(25);
/// What the scheduler is told of the thread that asks.
const NICE: i32 = -10;
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// The largest working set, in bytes; `None` without a cgroup.
    pub(crate) working_set: Option<u64>,
    /// The longest answer of `/healthz`.
    pub(crate) health: Duration,
    /// How often it was asked, and did not answer.
    pub(crate) asked: u32,
    pub(crate) unanswered: u32,
}

/// Looks for as long as `load` takes.
pub(crate) fn during(group: Option<&Group>, health: &str, load: impl FnOnce()) -> Seen {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let memory = scope.spawn(|| largest(group, &is_over));
        let probe = scope.spawn(|| probed(health, &is_over));
        load();
        is_over.store(true, Ordering::Relaxed);
        let mut seen = probe.join().unwrap_or_default();
        seen.working_set = memory.join().unwrap_or_default();
        seen
    })
}

fn largest(group: Option<&Group>, is_over: &AtomicBool) -> Option<u64> {
    let group = group?;
    let mut largest = None;
    while !is_over.load(Ordering::Relaxed) {
        largest = largest.max(group.working_set());
        thread::sleep(LOOK);
    }
    largest
}

fn probed(health: &str, is_over: &AtomicBool) -> Seen {
    // Where the system lets it: the wait of this thread for a core is not the service's.
    let _ = setpriority_process(None, NICE);
    let address = health.trim_start_matches("http://");
    let mut seen = Seen::default();
    while !is_over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        seen.asked += 1;
        match ask(address) {
            Ok(()) => seen.health = seen.health.max(asked.elapsed()),
            Err(_) => seen.unanswered += 1,
        }
        thread::sleep(ASK);
    }
    seen
}

fn ask(address: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(io::Error::other(answer))
    }
}
