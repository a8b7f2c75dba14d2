//! The thread that writes behind library code: what is on the disk already can leave memory at once when
//! that becomes short.
//!
//! It rests for as long as it wrote, so that it takes at most half of the disk's time, and sleeps while no
//! phase needs it.
#![forbid(unsafe_code)]

use super::library;
use crate::os;
use crate::sync::atomic::{AtomicU32, Ordering};
use std::sync::OnceLock;
use std::thread::{self, Builder, Thread};
use std::time::{Duration, Instant};

/// The least and the most that it rests between two rounds.
const REST: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];

static THREAD: OnceLock<Thread> = OnceLock::new();

/// Phases that have it at work.
static PHASES: AtomicU32 = AtomicU32::new(0);

/// Starts the thread. Where the system has none to give, the kernel writes when it likes.
pub(super) fn start() {
    let builder = Builder::new().name("zkarena-writer".to_owned());
    if let Ok(handle) = builder.spawn(work) {
        let _ = THREAD.set(handle.thread().clone());
    }
}

/// A phase begins whose blocks may go to the file.
pub(crate) fn phase_opened() {
    if PHASES.fetch_add(1, Ordering::Relaxed) == 0
        && let Some(thread) = THREAD.get()
    {
        thread.unpark();
    }
}

/// It ends.
pub(crate) fn phase_ended() {
    PHASES.fetch_sub(1, Ordering::Relaxed);
}

fn work() {
    os::block_signals();
    loop {
        while PHASES.load(Ordering::Relaxed) == 0 {
            thread::park();
        }
        let start = Instant::now();
        library::write_behind();
        thread::sleep(start.elapsed().clamp(REST[0], REST[1]));
    }
}
