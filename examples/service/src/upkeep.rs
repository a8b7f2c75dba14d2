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

    /// A proof has ended. What others have in use at the time counts, too: the least of some is compared.
    pub(crate) fn proof_ended(&self, statement: Statement) {
        let floor = Floor {
            bytes: zkarena::report().heap().in_use_bytes,
            live_bytes: None,
        };
        let mut leaks = self.leaks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leak) = leaks.proof_ended(&statement.to_string(), floor) {
            eprintln!("service: {statement}: {leak}; see its survivors in /phases");
        }
        let mut recycle = self.recycle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = recycle.proof_ended(floor.bytes) {
            eprintln!("service: ends for a fresh process: {reason}");
            self.due.notify_one();
        }
    }

    /// When it is time to end.
    pub(crate) async fn is_due(&self) {
        self.due.notified().await;
    }
}
