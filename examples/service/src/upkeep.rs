//! What proofs leave behind, and when to make room for a fresh process.
#![forbid(unsafe_code)]

use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;
use zkarena::ops::{Floor, LeakWatch, Recycle};
use zkarena_statements::Statement;

/// Looks at what is in use when a proof has ended.
#[derive(Debug)]
pub(crate) struct Upkeep {
    leaks: Mutex<LeakWatch>,
    recycle: Mutex<Recycle>,
    due: Notify,
}

impl Upkeep {
    /// With a fresh process after so many proofs, or never.
    pub(crate) fn new(recycle: Option<u64>) -> Self {
        let never = Recycle::never();
        let recycle = recycle.map_or(never.clone(), |proofs| never.after_proofs(proofs));
        Self {
            leaks: Mutex::new(LeakWatch::new()),
            recycle: Mutex::new(recycle),
            due: Notify::new(),
        }
    }

    /// A proof has ended, while so many others are at work: what those have in use would look like a leak.
    pub(crate) fn proof_ended(&self, statement: Statement, others: u32) {
        let bytes = zkarena::report().heap().in_use_bytes;
        if others == 0 {
            self.look(statement, bytes);
        }
        let mut recycle = self.recycle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = recycle.proof_ended(bytes) {
            eprintln!("service: ends for a fresh process: {reason}");
            self.due.notify_one();
        }
    }

    fn look(&self, statement: Statement, bytes: u64) {
        let floor = Floor {
            bytes,
            live_bytes: None,
        };
        let mut leaks = self.leaks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leak) = leaks.proof_ended(&statement.to_string(), floor) {
            eprintln!("service: {statement}: {leak}; see its survivors in /phases");
        }
    }

    /// When it is time to end.
    pub(crate) async fn is_due(&self) {
        self.due.notified().await;
    }
}
