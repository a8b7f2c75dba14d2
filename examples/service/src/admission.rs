//! Whether a proof may start: its bytes are reserved first, so that requests at once cannot find the same room.
//!
//! ```text
//! request ── can it fit? ── a place at once, in memory, or in low-memory mode ── or wait for one ── or come back
//!             └ 422                                where cores would idle       first come, first served   └ 503
//! ```
#![forbid(unsafe_code)]

use crate::memory::Memory;
use crate::pace;
use crate::prove::Mode;
use crate::refusal::Refusal;
use crate::weight::Weights;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::time::timeout;
use zkarena::Bytes;
use zkarena::ops::{Degrade, MemoryGate, Permit};
use zkarena_statements::Statement;

/// How often the first of those that wait looks by itself: the limit may have been raised.
const LOOK: Duration = Duration::from_secs(1);

/// Decides who may start.
#[derive(Debug)]
pub(crate) struct Admission {
    rule: Rule,
    gate: MemoryGate,
    /// Places to wait in.
    queue: Semaphore,
    queue_length: usize,
    /// Held by the first of those that wait; tokio's lock is first come, first served.
    turn: Mutex<()>,
    patience: Duration,
    /// So many proofs at a time keep every core busy.
    enough: u32,
    floor: Arc<Floor>,
    is_ending: AtomicBool,
    /// Whether memory is so short that proofs start in low-memory mode, or not at all.
    is_low: AtomicBool,
    is_full: AtomicBool,
}

/// What a place is given by.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    /// Bytes that are reserved, for the proof and for so much in the process that makes it.
    Gate {
        /// What that has beside the proof; nothing in the service's own.
        process: Bytes,
    },
    /// The number of proofs: for comparison, where there is no limit.
    Count,
    /// The part of the limit that is in use: for comparison.
    Ratio(Arc<Memory>),
}

/// Who is at work, and what tells those that wait.
#[derive(Debug)]
struct Floor {
    running: AtomicU32,
    freed: Notify,
}

/// Room for one proof, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    mode: Mode,
    is_weighed: bool,
    // In this order: who waits is told when the bytes are free.
    permit: Option<Permit>,
    stay: Stay,
}

/// A proof at work.
#[derive(Debug)]
struct Stay {
    since: Instant,
    floor: Arc<Floor>,
}

impl Place {
    /// How the proof is to be made.
    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    /// What is reserved for it; `None`, where places are not given by bytes.
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        let permit = self.permit.as_ref().filter(|_| self.is_weighed)?;
        Some(Bytes(permit.bytes()))
    }

    /// Since when it is reserved.
    pub(crate) const fn since(&self) -> Instant {
        self.stay.since
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.floor.running.fetch_sub(1, Ordering::Relaxed);
        self.floor.freed.notify_one();
    }
}

impl Admission {
    /// With `queue_length` places to wait in, each for as long as `patience`, on a machine that so many proofs keep busy.
    pub(crate) fn new(
        rule: Rule,
        gate: MemoryGate,
        (queue_length, patience): (usize, Duration),
        enough: u32,
    ) -> Self {
        Self {
            rule,
            gate,
            queue: Semaphore::new(queue_length),
            queue_length,
            turn: Mutex::new(()),
            patience,
            enough,
            floor: Arc::new(Floor {
                running: AtomicU32::new(0),
                freed: Notify::new(),
            }),
            is_ending: AtomicBool::new(false),
            is_low: AtomicBool::new(false),
            is_full: AtomicBool::new(false),
        }
    }

    /// A place for a proof, now or after a bounded wait; a request that is dropped meanwhile waits no longer.
    ///
    /// # Errors
    /// [`Refusal::Ending`], [`Refusal::NeverFits`], [`Refusal::Busy`].
    pub(crate) async fn admit(&self, statement: Statement) -> Result<Place, Refusal> {
        if self.is_ending.load(Ordering::Relaxed) {
            return Err(Refusal::Ending);
        }
        let weights = match &self.rule {
            Rule::Gate { process } => Weights::of(statement, *process),
            Rule::Count => Weights::ONE,
            Rule::Ratio(memory) if memory.has_room() => return Ok(self.place(Mode::InMemory, None)),
            Rule::Ratio(_) => return Err(self.busy()),
        };
        self.can_fit(statement, weights)?;
        self.wait(statement, weights).await
    }

    /// Whether any mode fits when nobody else is there.
    fn can_fit(&self, statement: Statement, weights: Weights) -> Result<(), Refusal> {
        let capacity = Bytes(self.gate.stats().capacity);
        let least = weights.least();
        if least <= capacity {
            return Ok(());
        }
        Err(Refusal::NeverFits {
            statement,
            least,
            capacity,
        })
    }

    async fn wait(&self, statement: Statement, weights: Weights) -> Result<Place, Refusal> {
        if self.waiting() == 0
            && let Some(place) = self.try_place(weights)
        {
            return Ok(place);
        }
        let _seat = self.queue.try_acquire().map_err(|_| self.busy())?;
        let place = timeout(self.patience, self.turn_of(statement, weights)).await;
        place.map_err(|_| self.busy())?
    }

    async fn turn_of(&self, statement: Statement, weights: Weights) -> Result<Place, Refusal> {
        let _turn = self.turn.lock().await;
        loop {
            if let Some(place) = self.try_place(weights) {
                return Ok(place);
            }
            // If the limit was lowered meanwhile, those behind are not to wait for nothing.
            self.can_fit(statement, weights)?;
            // Whichever it was, the next look tells.
            let _ = timeout(LOOK, self.floor.freed.notified()).await;
        }
    }

    /// In memory if there is room, else in low-memory mode if a core would idle otherwise.
    fn try_place(&self, weights: Weights) -> Option<Place> {
        if self.is_full.load(Ordering::Relaxed) {
            return None;
        }
        let in_memory = || {
            let permit = self.reserve(weights.reserved(weights.in_memory))?;
            Some(self.place(Mode::InMemory, Some(permit)))
        };
        let in_little = || {
            let permit = self.reserve(weights.reserved(weights.in_little))?;
            Some(self.place(Mode::LowMemory(weights.in_little), Some(permit)))
        };
        if weights.in_little >= weights.in_memory {
            in_memory()
        } else if self.is_low.load(Ordering::Relaxed) {
            in_little()
        } else {
            in_memory().or_else(|| self.is_idle_for_memory(weights).then(in_little).flatten())
        }
    }

    /// Whether memory is what keeps cores from proving. Where it is not, a proof in low-memory mode, which takes more of
    /// them and of the disk, only holds up the others.
    fn is_idle_for_memory(&self, weights: Weights) -> bool {
        let never_fits = weights.reserved(weights.in_memory).0 > self.gate.stats().capacity;
        never_fits || self.running() < self.enough
    }

    fn reserve(&self, bytes: Bytes) -> Option<Permit> {
        // Whatever the reason is, another time it may fit.
        self.gate.try_reserve(bytes.0).ok()
    }

    fn place(&self, mode: Mode, permit: Option<Permit>) -> Place {
        self.floor.running.fetch_add(1, Ordering::Relaxed);
        let stay = Stay {
            since: Instant::now(),
            floor: Arc::clone(&self.floor),
        };
        Place {
            mode,
            is_weighed: self.weighs(),
            permit,
            stay,
        }
    }

    fn busy(&self) -> Refusal {
        let ahead = u32::try_from(self.waiting()).unwrap_or(u32::MAX);
        let proof_time = self.gate.stats().proof_time;
        Refusal::Busy {
            retry_after: pace::retry_after(proof_time, ahead, self.running()),
        }
    }

    /// Requests in the queue.
    pub(crate) fn waiting(&self) -> usize {
        self.queue_length - self.queue.available_permits()
    }

    /// Whether places are given by bytes.
    pub(crate) const fn weighs(&self) -> bool {
        matches!(self.rule, Rule::Gate { .. })
    }

    /// Proofs at work.
    pub(crate) fn running(&self) -> u32 {
        self.floor.running.load(Ordering::Relaxed)
    }

    /// Whether a request would be taken in.
    pub(crate) fn is_ready(&self) -> bool {
        let refuses = [&self.is_ending, &self.is_full];
        !refuses.iter().any(|flag| flag.load(Ordering::Relaxed))
            && (self.queue.available_permits() > 0 || self.queue_length == 0)
    }

    /// Takes the steps that are for it to take.
    pub(crate) fn degrade(&self, steps: &[Degrade]) {
        let has = |step| steps.contains(&step);
        self.is_low
            .store(has(Degrade::LowMemory), Ordering::Relaxed);
        self.is_full.store(has(Degrade::Refuse), Ordering::Relaxed);
    }

    /// Takes nobody in any longer.
    pub(crate) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// The gate.
    pub(crate) const fn gate(&self) -> &MemoryGate {
        &self.gate
    }
}

#[cfg(test)]
mod tests;
