//! Memory in use over time: a fixed buffer of samples that coarsens itself when it is full.
#![forbid(unsafe_code)]

use crate::os;

/// How many samples are kept at most.
pub(crate) const SAMPLES: usize = 2048;

/// Memory at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Nanoseconds of the monotonic clock.
    pub(crate) at_ns: u64,
    /// Pages handed out.
    pub(crate) in_use: u32,
    /// Pages that may be resident: handed out since they were last given back.
    pub(crate) touched: u32,
}

/// The samples so far.
#[derive(Debug)]
pub(super) struct Samples {
    buffer: [Sample; SAMPLES],
    len: usize,
    /// Changes smaller than this many pages are not recorded.
    step: u32,
}

impl Samples {
    #[expect(
        clippy::large_stack_arrays,
        reason = "evaluated at compile time, for a static"
    )]
    pub(super) const fn new() -> Self {
        Self {
            buffer: [Sample {
                at_ns: 0,
                in_use: 0,
                touched: 0,
            }; SAMPLES],
            len: 0,
            step: 16,
        }
    }

    /// Records the state if it moved enough since the last sample.
    #[inline]
    pub(super) fn note(&mut self, in_use: u32, touched: u32) {
        let last = self.last();
        let moved = last
            .in_use
            .abs_diff(in_use)
            .max(last.touched.abs_diff(touched));
        if moved >= self.step {
            self.push(Sample {
                at_ns: os::now_ns(),
                in_use,
                touched,
            });
        }
    }

    fn last(&self) -> Sample {
        self.len
            .checked_sub(1)
            .map_or(Sample::default(), |last| self.buffer[last])
    }

    #[cold]
    fn push(&mut self, sample: Sample) {
        if self.len == SAMPLES {
            self.coarsen();
        }
        self.buffer[self.len] = sample;
        self.len += 1;
    }

    /// Halves the samples, keeping of each pair the one with more memory: peaks survive.
    fn coarsen(&mut self) {
        for pair in 0..SAMPLES / 2 {
            let (a, b) = (self.buffer[2 * pair], self.buffer[2 * pair + 1]);
            self.buffer[pair] = if a.in_use > b.in_use { a } else { b };
        }
        self.len = SAMPLES / 2;
        self.step = self.step.saturating_mul(2).min(256);
    }

    /// All samples, oldest first.
    pub(super) fn as_slice(&self) -> &[Sample] {
        &self.buffer[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_changes_are_left_out() {
        let mut samples = Samples::new();
        samples.note(100, 100);
        samples.note(101, 101);
        samples.note(200, 200);
        assert_eq!(
            samples
                .as_slice()
                .iter()
                .map(|s| s.in_use)
                .collect::<Vec<_>>(),
            [100, 200]
        );
    }

    #[test]
    fn a_full_buffer_keeps_the_peak() {
        let mut samples = Samples::new();
        for round in 0..20_000u32 {
            samples.note(round % 2 * 1000, 0);
            if round == 777 {
                samples.note(123_456, 0);
            }
        }
        let seen = samples.as_slice();
        assert!(seen.len() <= SAMPLES);
        assert_eq!(seen.iter().map(|s| s.in_use).max(), Some(123_456));
        assert!(seen.is_sorted_by_key(|s| s.at_ns));
    }
}
