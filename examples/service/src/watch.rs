//! Looks at memory while the service runs: at a limit that changes, and at pressure, against which it takes steps before
//! anybody is refused.
#![forbid(unsafe_code)]

use crate::serve::Service;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use zkarena::ops::{Degrade, MemLimit, PressureWatch};

/// How often: a proof grows for longer.
const LOOK: Duration = Duration::from_millis(200);

/// Looks for as long as the process lives.
///
/// # Errors
/// If there is no thread to be had.
pub(crate) fn begin(service: Arc<Service>) -> io::Result<()> {
    let look = move || {
        let mut pressure = PressureWatch::new(service.memory.limit());
        loop {
            service.look(&mut pressure);
            thread::sleep(LOOK);
        }
    };
    let thread = thread::Builder::new().name("memory".to_owned());
    thread.spawn(look).map(drop)
}

impl Service {
    /// The limit as it is now, which proofs are admitted by from now on.
    pub(crate) fn follow_limit(&self) -> MemLimit {
        let limit = self.memory.look();
        if self.admission.weighs() {
            self.admission.gate().set_capacity(self.memory.capacity());
        }
        limit
    }

    /// Follows the limit, and takes the steps that pressure asks for, the cheapest first.
    fn look(&self, pressure: &mut PressureWatch) {
        pressure.set_limit(self.follow_limit());
        let state = pressure.look();
        self.books.pressure(state.level);
        let steps = state.degrade();
        if steps.contains(&Degrade::EvictKeys) {
            self.workshop.evict_keys();
        }
        if steps.contains(&Degrade::Trim) {
            zkarena::trim();
        }
        self.admission.degrade(steps);
    }
}
