//! Who is in and who waits: arithmetic without clocks or threads.
#![forbid(unsafe_code)]

use super::plan::Settings;
use super::refusal::{Busy, NotAdmitted};
use super::stats::GateStats;
use std::collections::VecDeque;
use std::time::Duration;

/// How often one who waits may be overtaken.
const OVERTAKEN: u64 = 16;
/// What a permit's life is taken for before one was seen.
const UNSEEN: Duration = Duration::from_secs(1);
/// Nobody is told to come back sooner, or later.
const SOONEST: Duration = Duration::from_millis(1);
const LATEST: Duration = Duration::from_hours(1);

/// One who waits.
#[derive(Debug)]
struct Waiting {
    number: u64,
    bytes: u64,
    /// How often anybody had been overtaken when this one came.
    overtaken_before: u64,
}

/// # Invariants
/// 1. Each step that adds to `reserved` leaves it at most at the capacity without headroom.
/// 2. `reserved` is the sum of `permits` permits.
#[derive(Debug)]
pub(super) struct State {
    pub(super) capacity: u64,
    pub(super) closed: bool,
    pub(super) permits: u64,
    pub(super) refused: u64,
    reserved: u64,
    most_reserved: u64,
    admitted: u64,
    queue: VecDeque<Waiting>,
    next_number: u64,
    /// How often anybody was overtaken so far.
    overtaken: u64,
    /// A moving average.
    proof_time: Option<Duration>,
    told_time: Option<Duration>,
}

impl State {
    pub(super) fn new(capacity: u64, told_time: Option<Duration>) -> Self {
        Self {
            capacity,
            closed: false,
            permits: 0,
            refused: 0,
            reserved: 0,
            most_reserved: 0,
            admitted: 0,
            queue: VecDeque::new(),
            next_number: 0,
            overtaken: 0,
            proof_time: None,
            told_time,
        }
    }

    /// Bytes that permits may sum to.
    fn usable(&self, settings: &Settings) -> u64 {
        self.capacity.saturating_sub(settings.headroom)
    }

    fn free(&self, settings: &Settings) -> u64 {
        self.usable(settings).saturating_sub(self.reserved)
    }

    /// Above the capacity, which may have been lowered, not even nothing fits.
    fn fits(&self, bytes: u64, settings: &Settings) -> bool {
        let sum = self.reserved.checked_add(bytes);
        sum.is_some_and(|sum| sum <= self.usable(settings))
    }

    /// Takes `bytes` at once, or says why not.
    pub(super) fn enter(&mut self, bytes: u64, settings: &Settings) -> Result<(), NotAdmitted> {
        self.possible(bytes, settings)?;
        if !self.may_overtake(bytes, settings) || !self.fits(bytes, settings) {
            return Err(self.busy(bytes, self.queue.len(), settings));
        }
        self.overtaken += u64::from(!self.queue.is_empty());
        self.take(bytes);
        Ok(())
    }

    /// Whether nobody waits, or the bytes are few and the first was not overtaken often: those behind it
    /// came later, and were overtaken no more often.
    fn may_overtake(&self, bytes: u64, settings: &Settings) -> bool {
        let often = |first: &Waiting| self.overtaken - first.overtaken_before >= OVERTAKEN;
        let first = self.queue.front();
        first.is_none_or(|first| bytes <= settings.bypass && !often(first))
    }

    /// Whether the bytes may fit some day.
    fn possible(&self, bytes: u64, settings: &Settings) -> Result<(), NotAdmitted> {
        let capacity = self.usable(settings);
        if self.closed {
            return Err(NotAdmitted::Closed);
        }
        if bytes > capacity {
            let needed = bytes;
            return Err(NotAdmitted::TooLarge { needed, capacity });
        }
        Ok(())
    }

    fn take(&mut self, bytes: u64) {
        self.reserved += bytes; // invariant 1: callers found that they fit
        self.permits += 1;
        self.admitted += 1;
        self.most_reserved = self.most_reserved.max(self.reserved);
    }

    /// A place at the end of the queue.
    pub(super) fn queue(&mut self, bytes: u64, settings: &Settings) -> Result<u64, NotAdmitted> {
        self.possible(bytes, settings)?;
        if self.queue.len() >= settings.queue {
            return Err(self.busy(bytes, self.queue.len(), settings));
        }
        let number = self.next_number;
        self.next_number += 1;
        self.queue.push_back(Waiting {
            number,
            bytes,
            overtaken_before: self.overtaken,
        });
        Ok(number)
    }

    /// Lets the one with this number in if it is the first and fits; whether it did.
    pub(super) fn advance(
        &mut self,
        number: u64,
        settings: &Settings,
    ) -> Result<bool, NotAdmitted> {
        let Some(at) = self.place(number) else {
            return Ok(false);
        };
        let bytes = self.queue[at].bytes;
        let possible = self.possible(bytes, settings);
        let turn = at == 0 && self.fits(bytes, settings);
        if possible.is_err() || turn {
            self.leave(number);
        }
        possible?;
        if turn {
            self.take(bytes);
        }
        Ok(turn)
    }

    fn place(&self, number: u64) -> Option<usize> {
        self.queue.iter().position(|one| one.number == number)
    }

    /// Gives the place in the queue up.
    pub(super) fn leave(&mut self, number: u64) {
        if let Some(at) = self.place(number) {
            self.queue.remove(at);
        }
    }

    /// Gives up after a wait that was too long.
    pub(super) fn give_up(&mut self, number: u64, bytes: u64, settings: &Settings) -> NotAdmitted {
        let ahead = self.place(number).unwrap_or(0);
        let busy = self.busy(bytes, ahead, settings);
        self.leave(number);
        busy
    }

    /// Gives bytes of a permit back that lives on.
    pub(super) fn release(&mut self, bytes: u64) {
        self.reserved -= bytes; // invariant 2
    }

    /// A permit has ended after that time.
    pub(super) fn end(&mut self, bytes: u64, lived: Duration) {
        self.release(bytes);
        self.permits -= 1;
        let average = self
            .proof_time
            .map_or(lived, |before| before / 8 * 7 + lived / 8);
        self.proof_time = Some(average);
    }

    fn proof_time(&self) -> Duration {
        self.proof_time.or(self.told_time).unwrap_or(UNSEEN)
    }

    /// What is told to one with `ahead` others in front of it.
    fn busy(&self, needed: u64, ahead: usize, settings: &Settings) -> NotAdmitted {
        let free = self.free(settings);
        let missing = self.until(needed, ahead).saturating_sub(free);
        NotAdmitted::Busy(Busy {
            retry_after: self.time_to_free(missing, settings),
            needed,
            free,
            position: ahead,
        })
    }

    /// What is told to one who is refused whether there is room or not: to come back as if there were none.
    pub(super) fn refusal(&self, needed: u64, settings: &Settings) -> NotAdmitted {
        if let Err(never) = self.possible(needed, settings) {
            return never;
        }
        let ahead = self.queue.len();
        NotAdmitted::Busy(Busy {
            retry_after: self.time_to_free(self.until(needed, ahead), settings),
            needed,
            free: self.free(settings),
            position: ahead,
        })
    }

    /// Bytes of those ahead and of one's own.
    fn until(&self, needed: u64, ahead: usize) -> u64 {
        let before = self.queue.iter().take(ahead).map(|one| one.bytes);
        before.fold(needed, u64::saturating_add)
    }

    /// A gate that is full gives its whole capacity back within the time of one proof.
    fn time_to_free(&self, bytes: u64, settings: &Settings) -> Duration {
        let capacity = u128::from(self.usable(settings).max(1));
        let nanos = self.proof_time().as_nanos().saturating_mul(bytes.into()) / capacity;
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        Duration::from_nanos(nanos).clamp(SOONEST, LATEST)
    }

    pub(super) fn stats(&self, settings: &Settings) -> GateStats {
        GateStats {
            capacity: self.capacity,
            reserved: self.reserved,
            free: self.free(settings),
            most_reserved: self.most_reserved,
            permits: self.permits,
            waiting: self.queue.len(),
            admitted: self.admitted,
            refused: self.refused,
            proof_time: self.proof_time,
        }
    }
}
