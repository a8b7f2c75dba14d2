//! Phases in which everything is a secret.
#![forbid(unsafe_code)]

use crate::wipe::wipe_thread;

/// Clears the calling thread when it goes out of scope, unless a phase around it does so later.
#[derive(Debug)]
#[must_use = "it acts when it goes out of scope"]
pub struct ThreadWipe(());

impl ThreadWipe {
    /// To be bound ahead of the phase's guard, and so dropped after it.
    pub const fn at_end() -> Self {
        Self(())
    }
}

impl Drop for ThreadWipe {
    #[inline]
    fn drop(&mut self) {
        wipe_thread();
    }
}
