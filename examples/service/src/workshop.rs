//! Where proofs are made: on a thread that may block, in a process of its own if asked for; a panic is an error.
#![forbid(unsafe_code)]

use crate::admission::Place;
use crate::child::{self, Leash};
use crate::fault::Fault;
use crate::keys::KeyRing;
use crate::pools::Pools;
use crate::prove::Proved;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use zkarena_statements::Statement;

/// What proofs are made with.
#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) keys: KeyRing,
    pub(crate) pools: Pools,
    pub(crate) store: Option<PathBuf>,
    /// Whether each proof has a process of its own.
    pub(crate) isolates: bool,
}

impl Workshop {
    /// Makes a proof and gives the place back. If nobody waits any longer, a process of its own is killed at
    /// once; a proof in this process comes to its end, and its place is free then.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub(crate) async fn prove(
        self: &Arc<Self>,
        statement: Statement,
        place: Place,
    ) -> Result<Proved, Fault> {
        let leash = Leash::default();
        let workshop = Arc::clone(self);
        let held = OnDrop(leash.clone());
        let proof = spawn_blocking(move || {
            // The last to go: by then, all that the proof held is free.
            let place = place;
            guarded(|| workshop.prove_now(statement, &place, &leash))
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
        let store = self.store.as_deref();
        if self.isolates {
            return child::prove(statement, place.mode(), store, self.pools.threads(), leash);
        }
        let keys = self.keys.of(statement);
        self.pools.run(|| keys.prove(place.mode(), store))
    }
}

/// Kills what is on the leash when the request is gone.
struct OnDrop(Leash);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.kill();
    }
}

/// What `job` makes; a panic is an error.
fn guarded<T>(job: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // Nothing that a panic leaves half done is looked at again: pools and keys of it are dropped.
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
