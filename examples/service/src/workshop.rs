//! Where proofs are made: on a thread that may block, in a process of its own if asked for; a panic is an error.
#![forbid(unsafe_code)]

use crate::admission::Place;
use crate::child;
use crate::fault::Fault;
use crate::leash::Leash;
use crate::pools::Pools;
use crate::prove::{Keys, Proved};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::spawn_blocking;
use zkarena::Bytes;
use zkarena::ops::{BlackBox, KeyCache, Marked};
use zkarena_statements::Statement;

/// The most bytes of keys that are kept; those in use are kept in any case.
const KEYS: u64 = 32 << 20;

/// What proofs are made with.
#[derive(Debug)]
pub(crate) struct Workshop {
    keys: KeyCache<Statement, Keys>,
    pools: Pools,
    store: Option<PathBuf>,
    /// Whether each proof has a process of its own.
    isolates: bool,
    black_box: Mutex<Option<BlackBox>>,
}

impl Workshop {
    /// Without keys and threads, yet.
    pub(crate) fn new(
        pools: Pools,
        store: Option<PathBuf>,
        isolates: bool,
        black_box: Option<BlackBox>,
    ) -> Self {
        Self {
            keys: KeyCache::new(KEYS),
            pools,
            store,
            isolates,
            black_box: Mutex::new(black_box),
        }
    }

    /// Makes a proof, gives the place back, and says so to `ended`, whether anybody waits still or not. If nobody
    /// does, a process of its own is killed at once; a proof in this process goes on to the end of its step, and
    /// its place is free then.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub(crate) async fn prove(
        self: &Arc<Self>,
        statement: Statement,
        place: Place,
        ended: impl FnOnce() + Send + 'static,
    ) -> Result<Proved, Fault> {
        let leash = Leash::default();
        let workshop = Arc::clone(self);
        let held = OnDrop(leash.clone());
        let proof = spawn_blocking(move || {
            let done = guarded(|| workshop.prove_now(statement, &place, &leash));
            drop(place); // by now, all that the proof held is free
            ended();
            done
        });
        let done = proof.await;
        drop(held);
        done.unwrap_or_else(|error| Err(Fault::Panicked(error.to_string())))
    }

    fn prove_now(
        &self,
        statement: Statement,
        place: &Place,
        leash: &Leash,
    ) -> Result<Proved, Fault> {
        leash.wanted()?;
        let _marked = self.mark(statement, place);
        let store = self.store.as_deref();
        if self.isolates {
            return child::prove(statement, place, store, self.pools.threads(), leash);
        }
        let load = || Ok::<_, Infallible>((Keys::new(statement), Keys::weight(statement)));
        let Ok(keys) = self.keys.get_or_load(&statement, load);
        self.pools.run(|| keys.prove(place.mode(), store, leash))
    }

    /// What the next start is told if this process vanishes meanwhile.
    fn mark(&self, statement: Statement, place: &Place) -> Option<Marked> {
        let black_box = self.black_box();
        let black_box = black_box.as_ref()?;
        let bytes = place.bytes().map_or(0, |Bytes(bytes)| bytes);
        Some(black_box.begin(&statement.to_string(), bytes))
    }

    /// Drops keys that no proof uses.
    pub(crate) fn evict_keys(&self) {
        self.keys.evict();
    }

    /// The service ends, and does not vanish.
    pub(crate) fn end(&self) {
        *self.black_box() = None;
    }

    fn black_box(&self) -> MutexGuard<'_, Option<BlackBox>> {
        self.black_box
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of the proof when the request is gone.
struct OnDrop(Leash);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

/// What `job` makes; a panic is an error.
fn guarded<T>(job: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // Nothing that a panic leaves half done is looked at again: its pool is dropped.
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|thrown| Err(Fault::of_panic(&*thrown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_errors() {
        let pools = Pools::new(Some(1));
        let panics = || guarded::<()>(|| pools.run(|| panic!("row {}", 7)));
        let fault = panics().expect_err("a panic");
        assert_eq!(
            fault.to_string(),
            "the prover panicked: row 7; the service goes on"
        );
        assert!(matches!(panics(), Err(Fault::Panicked(_))));
        assert!(matches!(guarded(|| pools.run(|| Ok(7))), Ok(7)));
    }
}
