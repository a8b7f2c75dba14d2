//! Whether a proof may start: bytes are reserved before they are allocated.
#![forbid(unsafe_code)]

mod permit;
mod plan;
mod refusal;
mod state;
mod stats;
mod turn;

pub use permit::Permit;
pub use plan::GatePlan;
pub use refusal::{Busy, NotAdmitted};
pub use stats::GateStats;

use crate::sync::{Condvar, Mutex, MutexGuard};
use plan::Settings;
use state::State;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use turn::{Turn, sleep};

/// Lets proofs in while their weights fit together; a clone is the same gate.
///
/// A ratio that is looked at before a request is taken lets all requests pass that come before the first
/// allocates. Here the weight (the bytes that a proof will need) is reserved in one step, so that the permits
/// never sum to more than the capacity.
///
/// ```
/// use zkarena::ops::{MemoryGate, NotAdmitted};
///
/// let gate = MemoryGate::new(1000);
/// let first = gate.try_reserve(600)?; // the proof runs while the permit lives
/// let Err(NotAdmitted::Busy(busy)) = gate.try_reserve(600) else {
///     panic!("600 of 1000 bytes are taken");
/// };
/// assert_eq!((busy.needed, busy.free), (600, 400));
/// drop(first);
/// assert!(gate.try_reserve(600).is_ok());
/// assert!(matches!(gate.try_reserve(2000), Err(NotAdmitted::TooLarge { .. })));
/// # Ok::<(), NotAdmitted>(())
/// ```
///
/// The gate believes the weights it is told: measure them. It knows nothing of what is allocated.
#[derive(Clone, Debug)]
pub struct MemoryGate {
    shared: Arc<Shared>,
}

/// What all clones of a gate, its permits and who waits have in common.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    state: Mutex<State>,
    /// Signalled when somebody's turn may have come.
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives bytes back.
    fn release(&self, bytes: u64) {
        self.state().release(bytes);
        self.changed.notify_all();
    }
}

impl MemoryGate {
    /// A gate for `capacity` bytes, with the defaults of [`GatePlan`].
    pub fn new(capacity: u64) -> Self {
        GatePlan::new(capacity).open()
    }

    fn with(settings: Settings, state: State) -> Self {
        let shared = Shared {
            settings,
            state: Mutex::new(state),
            changed: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Reserves `bytes` now.
    ///
    /// # Errors
    /// [`NotAdmitted::Busy`] if they do not fit beside the permits that live, or somebody waits already (the
    /// small ones of [`GatePlan::bypass`] may overtake); [`NotAdmitted::TooLarge`] if they never will;
    /// [`NotAdmitted::Closed`] after [`close`](Self::close).
    pub fn try_reserve(&self, bytes: u64) -> Result<Permit, NotAdmitted> {
        let entered = self.enter(bytes);
        self.answer(bytes, entered)
    }

    /// Reserves `bytes`, and waits for them in a queue: who came first is first.
    ///
    /// Blocks the thread for at most [`GatePlan::max_wait`]; in async code call it where blocking is allowed.
    ///
    /// # Errors
    /// As [`try_reserve`](Self::try_reserve); [`NotAdmitted::Busy`] when the time is over, and at once if the
    /// queue is full.
    ///
    /// ```
    /// use zkarena::ops::MemoryGate;
    ///
    /// let gate = MemoryGate::new(1000);
    /// let running = gate.reserve(800)?;
    /// std::thread::scope(|scope| {
    ///     let waiting = scope.spawn(|| gate.reserve(800));
    ///     drop(running); // lets the other in
    ///     let permit = waiting.join().expect("no panic");
    ///     assert!(permit.is_ok_and(|permit| permit.bytes() == 800));
    /// });
    /// # Ok::<(), zkarena::ops::NotAdmitted>(())
    /// ```
    pub fn reserve(&self, bytes: u64) -> Result<Permit, NotAdmitted> {
        let entered = match self.enter(bytes) {
            Err(NotAdmitted::Busy(_)) => self.wait(bytes),
            entered => entered,
        };
        self.answer(bytes, entered)
    }

    fn enter(&self, bytes: u64) -> Result<(), NotAdmitted> {
        let shared = &self.shared;
        shared.state().enter(bytes, &shared.settings)
    }

    #[cold]
    fn wait(&self, bytes: u64) -> Result<(), NotAdmitted> {
        let turn = Turn::queue(&self.shared, bytes)?;
        turn.wait(self.shared.settings.max_wait)
    }

    /// The permit for bytes that were taken; a refusal is counted.
    fn answer(&self, bytes: u64, entered: Result<(), NotAdmitted>) -> Result<Permit, NotAdmitted> {
        match entered {
            Ok(()) => Ok(Permit::new(Arc::clone(&self.shared), bytes)),
            Err(refused) => {
                self.shared.state().refused += 1;
                Err(refused)
            }
        }
    }

    /// What a full gate would answer to a proof of so many bytes: for who refuses for another reason, as
    /// under critical [pressure](super::Pressure). Counted as a refusal.
    ///
    /// ```
    /// use zkarena::ops::MemoryGate;
    ///
    /// let refused = MemoryGate::new(1000).refuse(500);
    /// assert!(refused.retry_after().is_some());
    /// ```
    pub fn refuse(&self, bytes: u64) -> NotAdmitted {
        let mut state = self.shared.state();
        state.refused += 1;
        state.refusal(bytes, &self.shared.settings)
    }

    /// Sets the capacity in bytes, as when the limit was lowered or raised.
    ///
    /// Below what is reserved, nothing is let in until enough permits are gone; none is taken away.
    ///
    /// ```
    /// use zkarena::ops::MemoryGate;
    ///
    /// let gate = MemoryGate::new(1000);
    /// let permit = gate.try_reserve(600)?;
    /// gate.set_capacity(500);
    /// assert!(gate.try_reserve(1).is_err());
    /// drop(permit);
    /// assert!(gate.try_reserve(500).is_ok());
    /// # Ok::<(), zkarena::ops::NotAdmitted>(())
    /// ```
    pub fn set_capacity(&self, capacity: u64) {
        self.shared.state().capacity = capacity;
        self.shared.changed.notify_all();
    }

    /// Lets nobody in from now on: who waits is told [`NotAdmitted::Closed`], and permits stay good. There
    /// is no way back.
    pub fn close(&self) {
        self.shared.state().closed = true;
        self.shared.changed.notify_all();
    }

    /// Waits until no permit is left, for at most that long; whether it is so. After [`close`](Self::close)
    /// it is the end of a drain.
    pub fn wait_until_empty(&self, at_most: Duration) -> bool {
        let until = Instant::now().checked_add(at_most);
        let mut state = self.shared.state();
        while state.permits > 0 {
            let Some(next) = sleep(&self.shared, state, until) else {
                return false;
            };
            state = next;
        }
        true
    }

    /// Figures at this moment.
    pub fn stats(&self) -> GateStats {
        self.shared.state().stats(&self.shared.settings)
    }
}
