//! When to come back: how long proofs take, and how many are ahead.
#![forbid(unsafe_code)]

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What a proof takes before any was made.
const FIRST_GUESS: Duration = Duration::from_secs(2);
/// The newest proof's part in the average is one of so many.
const MEMORY: u32 = 8;
/// Nobody is sent away for longer.
const LONGEST: Duration = Duration::from_secs(60);

/// The moving average of what proofs take, from reservation to end.
#[derive(Debug)]
pub(crate) struct Pace(Mutex<Duration>);

impl Pace {
    /// No proof was made.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(FIRST_GUESS))
    }

    /// Another proof came to its end.
    pub(crate) fn note(&self, took: Duration) {
        let mut average = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *average = (*average * (MEMORY - 1) + took) / MEMORY;
    }

    /// When one more has its turn: with so many ahead, of which so many at a time. Whole seconds, rounded up.
    pub(crate) fn retry_after(&self, ahead: u32, at_a_time: u32) -> Duration {
        let average = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = average * (ahead + 1) / at_a_time.max(1);
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Duration::from_secs(seconds).clamp(Duration::from_secs(1), LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_proofs_and_the_queue() {
        let pace = Pace::new();
        assert_eq!(pace.retry_after(0, 1), FIRST_GUESS);
        for _ in 0..100 {
            pace.note(Duration::from_secs(10));
        }
        assert_eq!(pace.retry_after(0, 1), Duration::from_secs(10));
        assert_eq!(pace.retry_after(3, 2), Duration::from_secs(20));
        assert_eq!(pace.retry_after(99, 2), LONGEST);
        for _ in 0..100 {
            pace.note(Duration::from_millis(1));
        }
        assert_eq!(pace.retry_after(0, 4), Duration::from_secs(1));
    }
}
