//! Threads that prove: a rayon pool for each proof, kept for the next one.
#![forbid(unsafe_code)]

use crate::fault::Fault;
use rayon::{ThreadPool, ThreadPoolBuilder};
use rustix::process::nice;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// By how much threads that prove stand back, on Linux one by one.
const NICE: i32 = 5;

/// Pools, as many as there were proofs at a time. Proofs that share a pool would take over parts of each other.
#[derive(Debug)]
pub(crate) struct Pools {
    threads: usize,
    idle: Mutex<Vec<ThreadPool>>,
}

impl Pools {
    /// Without pools, yet; `None` is a thread for each core.
    pub(crate) fn new(threads: Option<u16>) -> Self {
        let threads = threads.map_or_else(cores, usize::from);
        let idle = Mutex::default();
        Self { threads, idle }
    }

    /// Threads of a pool.
    pub(crate) const fn threads(&self) -> usize {
        self.threads
    }

    /// So many proofs at a time keep every core busy: two threads for each, as one may wait for the others of its proof.
    pub(crate) fn enough(&self) -> u32 {
        let proofs = (2 * cores()).div_ceil(self.threads);
        u32::try_from(proofs).unwrap_or(u32::MAX)
    }

    /// Runs `job` on a pool that nobody else uses.
    ///
    /// # Errors
    /// [`Fault::System`] if there are no threads to be had, and those of `job`.
    pub(crate) fn run<T: Send>(
        &self,
        job: impl FnOnce() -> Result<T, Fault> + Send,
    ) -> Result<T, Fault> {
        let pool = self.take()?;
        let done = pool.install(job);
        self.idle().push(pool);
        done
    }

    fn take(&self) -> Result<ThreadPool, Fault> {
        if let Some(pool) = self.idle().pop() {
            return Ok(pool);
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .start_handler(|_| stand_back())
            .thread_name(|index| format!("prover-{index}"));
        pool.build()
            .map_err(io::Error::other)
            .map_err(Fault::of_system("threads for a proof"))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<ThreadPool>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets threads that answer go before this one and those that it starts: a proof takes every core there is for as long
/// as it lasts.
pub(crate) fn stand_back() {
    // Refused or not, proofs are made.
    let _ = nice(NICE);
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
