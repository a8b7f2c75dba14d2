//! Whether anybody waits for a proof still, and the process that makes it, if it has one of its own.
#![forbid(unsafe_code)]

use crate::fault::Fault;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use zkarena::ops::{ChildEnd, ChildProof};

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Between who waits for a proof and who makes it; clones are the same leash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leash(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    process: Option<ChildProof>,
    /// Nobody waits for the proof.
    is_unwanted: bool,
}

impl Leash {
    /// Nobody waits any longer: kills the process, now or when it starts, and waits for nothing.
    pub(crate) fn let_go(&self) {
        let mut held = self.held();
        held.is_unwanted = true;
        if let Some(process) = &mut held.process {
            // One that has ended already is as good.
            let _ = process.child().kill();
        }
    }

    /// Whether to go on with the proof.
    ///
    /// # Errors
    /// [`Fault::Unwanted`] once nobody waits for it.
    pub(crate) fn wanted(&self) -> Result<(), Fault> {
        if self.held().is_unwanted {
            Err(Fault::Unwanted)
        } else {
            Ok(())
        }
    }

    /// Takes the process of the proof.
    ///
    /// # Errors
    /// [`Fault::Unwanted`] if nobody waits for it any longer; then it is killed.
    pub(crate) fn hold(&self, process: ChildProof) -> Result<(), Fault> {
        let mut held = self.held();
        if held.is_unwanted {
            return Err(Fault::Unwanted);
        }
        held.process = Some(process);
        Ok(())
    }

    /// Blocks until the process has ended, and says how.
    ///
    /// # Errors
    /// [`Fault::Unwanted`] if that was because nobody waits for it; [`Fault::System`].
    pub(crate) fn wait(&self) -> Result<ChildEnd, Fault> {
        loop {
            let looked = self.held().process.as_mut().map(ChildProof::look);
            match looked {
                Some(Ok(None)) => thread::sleep(LOOK),
                Some(Ok(Some(end))) => return self.wanted().map(|()| end),
                Some(Err(error)) => return Err(Fault::of_system("waiting for a process")(error)),
                None => return Err(Fault::Unwanted), // there is none to wait for
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
