//! Threads that wait for the disk, so that nobody else has to.
#![forbid(unsafe_code)]

use super::body::Body;
use super::buffers::Buffer;
use super::error::StoreError;
use super::file::lock;
use crate::os;
use crate::wipe::wipe_thread;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// How many threads: as many requests as disks like to have at a time.
pub(super) const THREADS: usize = 4;

/// Something to do with a buffer: its first `len` bytes go to or come from the place `at`.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) body: Arc<Body>,
    pub(super) buffer: Buffer,
    pub(super) len: usize,
    pub(super) at: u64,
    /// Where the buffer goes when it was read to; without one it is written.
    pub(super) reader: Option<Arc<Ticket>>,
}

impl Job {
    fn run(mut self) {
        let bytes = &mut self.buffer[..self.len];
        match self.reader {
            None => self.body.write(bytes, self.at),
            Some(ticket) => {
                let done = self.body.read(bytes, self.at);
                ticket.deliver(done.map(|()| self.buffer));
            }
        }
    }
}

/// A buffer that is being read to, for who waits for it.
#[derive(Debug, Default)]
pub(super) struct Ticket {
    done: Mutex<Option<Result<Buffer, StoreError>>>,
    changed: Condvar,
}

impl Ticket {
    fn deliver(&self, done: Result<Buffer, StoreError>) {
        *lock(&self.done) = Some(done);
        self.changed.notify_one();
    }

    /// The buffer, if it is there.
    pub(super) fn try_take(&self) -> Option<Result<Buffer, StoreError>> {
        lock(&self.done).take()
    }

    /// Waits for the buffer.
    pub(super) fn take(&self) -> Result<Buffer, StoreError> {
        let mut done = lock(&self.done);
        loop {
            if let Some(done) = done.take() {
                return done;
            }
            done = self
                .changed
                .wait(done)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The threads, which start when there is something to do.
#[derive(Debug)]
pub(super) struct Threads {
    process: u32,
    queue: Arc<Queue>,
    started: Mutex<Option<Vec<JoinHandle<()>>>>,
}

#[derive(Debug, Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Jobs {
    reads: VecDeque<Job>,
    writes: VecDeque<Job>,
    /// The last one was a read.
    read_last: bool,
    over: bool,
}

impl Jobs {
    /// Reads and writes in turn, so that neither waits for all of the other.
    fn next(&mut self) -> Option<Job> {
        let read_next = self.writes.is_empty() || !self.read_last;
        self.read_last = read_next && !self.reads.is_empty();
        if self.read_last {
            self.reads.pop_front()
        } else {
            self.writes.pop_front()
        }
    }
}

impl Threads {
    pub(super) fn new() -> Self {
        Self {
            process: os::process_id(),
            queue: Arc::default(),
            started: Mutex::default(),
        }
    }

    /// Has a job done; at once if the system has no threads.
    pub(super) fn submit(&self, job: Job) {
        if self.start() == 0 {
            job.run();
            return wipe_thread(); // as the threads do when they end
        }
        let mut jobs = lock(&self.queue.jobs);
        if job.reader.is_some() {
            jobs.reads.push_back(job);
        } else {
            jobs.writes.push_back(job);
        }
        self.queue.changed.notify_one();
    }

    /// Starts the threads, if that is still to be done; says how many there are.
    fn start(&self) -> usize {
        let mut started = lock(&self.started);
        let threads = started.get_or_insert_with(|| {
            let start = |_| {
                let queue = Arc::clone(&self.queue);
                let thread = std::thread::Builder::new().name("zkarena-store".to_owned());
                thread.spawn(move || queue.work()).ok()
            };
            (0..THREADS).filter_map(start).collect()
        });
        threads.len()
    }
}

impl Queue {
    fn work(&self) {
        os::block_signals();
        while let Some(job) = self.wait() {
            job.run();
        }
        wipe_thread(); // keys and what was decrypted
    }

    /// The next job; `None` when there will be no more.
    fn wait(&self) -> Option<Job> {
        let mut jobs = lock(&self.jobs);
        loop {
            if let Some(job) = jobs.next() {
                return Some(job);
            }
            if jobs.over {
                return None;
            }
            jobs = self
                .changed
                .wait(jobs)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if os::process_id() != self.process {
            return; // a fork has no threads
        }
        lock(&self.queue.jobs).over = true;
        self.queue.changed.notify_all();
        for thread in lock(&self.started).take().into_iter().flatten() {
            let _ = thread.join(); // jobs have no store, so this is none of the threads
        }
    }
}
