//! When to come back: how long proofs take, and how many are ahead.
#![forbid(unsafe_code)]

use std::time::Duration;

/// What a proof takes before any was made.
const FIRST_GUESS: Duration = Duration::from_secs(2);
const SHORTEST: Duration = Duration::from_secs(1);
/// Nobody is sent away for longer.
const LONGEST: Duration = Duration::from_mins(1);

/// When one more has its turn, with so many ahead, of which so many at a time: whole seconds, rounded up.
pub(crate) fn retry_after(proof_time: Option<Duration>, ahead: u32, at_a_time: u32) -> Duration {
    let proof_time = proof_time.unwrap_or(FIRST_GUESS);
    let wait = proof_time.saturating_mul(ahead.saturating_add(1)) / at_a_time.max(1);
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Duration::from_secs(seconds).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_proofs_and_the_queue() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(retry_after(None, 0, 0), FIRST_GUESS);
        assert_eq!(Some(retry_after(seconds(10), 3, 2)), seconds(20));
        assert_eq!(retry_after(seconds(10), u32::MAX, 1), LONGEST);
        assert_eq!(retry_after(Some(Duration::from_millis(1)), 0, 4), SHORTEST);
        let halves = Some(Duration::from_millis(1500));
        assert_eq!(Some(retry_after(halves, 0, 1)), seconds(2));
    }
}
