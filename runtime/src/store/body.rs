//! What a writing and the data it becomes share with the threads that write and read it.
#![forbid(unsafe_code)]

use super::cipher::Seal;
use super::error::StoreError;
use super::file::lock;
use super::space::Extent;
use crate::sync::atomic::{AtomicBool, Ordering};
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// A piece of the file with its key, and how far its writing is.
///
/// The extent is free again when the owner and the last thread that works on it are done.
#[derive(Debug)]
pub(super) struct Body {
    extent: Extent,
    seal: Option<Seal>,
    state: Mutex<State>,
    changed: Condvar,
    /// The owner is gone: what is not written yet need not be.
    abandoned: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// Buffers on their way to the file.
    pending: usize,
    /// The first error of a write.
    error: Option<StoreError>,
}

impl Body {
    pub(super) fn new(extent: Extent, seal: Option<Seal>) -> Self {
        Self {
            extent,
            seal,
            state: Mutex::default(),
            changed: Condvar::new(),
            abandoned: AtomicBool::new(false),
        }
    }

    pub(super) fn extent(&self) -> &Extent {
        &self.extent
    }

    /// Notes that a buffer is on its way; the error if an earlier one did not arrive.
    pub(super) fn begin(&self) -> Result<(), StoreError> {
        self.extent.file().check_process()?;
        let mut state = lock(&self.state);
        if let Some(error) = &state.error {
            return Err(error.clone());
        }
        state.pending += 1;
        Ok(())
    }

    /// The data cannot be completed: every step from here on has this error, if it has none yet.
    pub(super) fn fail(&self, error: StoreError) {
        lock(&self.state).error.get_or_insert(error);
    }

    /// The error, if the data cannot be completed.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        lock(&self.state).error.clone().map_or(Ok(()), Err)
    }

    /// Writes a buffer that [`begin`](Self::begin) announced: from here on it holds what the file does.
    pub(super) fn write(&self, bytes: &mut [u8], at: u64) {
        let done = if self.abandoned.load(Ordering::Relaxed) {
            self.extent.file().figures.cancelled.add(bytes.len() as u64);
            Ok(())
        } else {
            self.apply(bytes, at);
            self.extent.write_at(bytes, at)
        };
        let mut state = lock(&self.state);
        state.pending -= 1;
        if let Err(error) = done {
            state.error.get_or_insert(error);
        }
        self.changed.notify_all();
    }

    /// Reads whole pages of what was written.
    pub(super) fn read(&self, bytes: &mut [u8], at: u64) -> Result<(), StoreError> {
        self.extent.read_at(bytes, at)?;
        self.apply(bytes, at);
        Ok(())
    }

    fn apply(&self, bytes: &mut [u8], at: u64) {
        if let Some(seal) = &self.seal {
            seal.apply(bytes, at);
        }
    }

    /// Whether all that is on its way has arrived, or failed.
    pub(super) fn is_written(&self) -> bool {
        lock(&self.state).pending == 0
    }

    /// Waits until nothing is on its way; the error if something did not arrive.
    pub(super) fn wait_written(&self) -> Result<(), StoreError> {
        self.extent.file().check_process()?;
        let mut state = lock(&self.state);
        if state.pending > 0 {
            state = self.extent.file().figures.stalled(|| {
                self.changed
                    .wait_while(state, |state| state.pending > 0)
                    .unwrap_or_else(PoisonError::into_inner)
            });
        }
        state.error.clone().map_or(Ok(()), Err)
    }
}

/// The owner of a body.
#[derive(Debug)]
pub(super) struct Owned(Arc<Body>);

impl Owned {
    pub(super) fn new(body: Body) -> Self {
        Self(Arc::new(body))
    }
}

impl Deref for Owned {
    type Target = Arc<Body>;

    fn deref(&self) -> &Arc<Body> {
        &self.0
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.abandoned.store(true, Ordering::Relaxed);
        self.0.extent.leave();
    }
}
