//! The right to use bytes.
#![forbid(unsafe_code)]

use super::Shared;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// Bytes reserved at a [`MemoryGate`](super::MemoryGate), which go back when it is dropped, also in a panic.
///
/// May be sent to the thread that proves, and outlive the gate it came from. One that is forgotten keeps its
/// bytes for ever.
#[must_use = "the bytes go back when the permit is dropped: keep it while the proof runs"]
pub struct Permit {
    shared: Arc<Shared>,
    bytes: u64,
    since: Instant,
}

impl Permit {
    pub(super) fn new(shared: Arc<Shared>, bytes: u64) -> Self {
        let since = Instant::now();
        Self {
            shared,
            bytes,
            since,
        }
    }

    /// How many bytes it is for.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives back what is not needed any more, as when a proof has left its peak behind; a size above the
    /// permit's changes nothing.
    ///
    /// ```
    /// use zkarena::ops::MemoryGate;
    ///
    /// let gate = MemoryGate::new(1000);
    /// let mut permit = gate.try_reserve(900)?;
    /// permit.shrink_to(200);
    /// assert_eq!((permit.bytes(), gate.stats().free), (200, 800));
    /// # Ok::<(), zkarena::ops::NotAdmitted>(())
    /// ```
    pub fn shrink_to(&mut self, bytes: u64) {
        let spare = self.bytes.saturating_sub(bytes);
        if spare > 0 {
            self.bytes -= spare;
            self.shared.release(spare);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shared.state().end(self.bytes, self.since.elapsed());
        self.shared.changed.notify_all();
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Permit");
        out.field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
