//! What a batch comes to as it runs: what is undone is counted, too.

use super::Op;
use serde::{Deserialize, Serialize};

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Reads and writes of slots.
    pub(crate) accesses: usize,
    /// Records of the trace, those that undo included.
    pub(crate) records: usize,
    /// Frames that revert.
    pub(crate) reverts: usize,
    /// Transactions that are tried again.
    pub(crate) retries: usize,
    /// Events that are left at the end.
    pub(crate) events: usize,
    /// The most events at once.
    pub(crate) most_events: usize,
}

/// What is undone if a frame reverts.
#[derive(Clone, Copy, Default)]
struct Open {
    records: usize,
    events: usize,
}

impl Tally {
    /// Of all these steps.
    pub(super) fn of(ops: &[Op]) -> Self {
        let mut tally = Self::default();
        let mut open = vec![Open::default()];
        for op in ops {
            tally.step(*op, &mut open);
        }
        tally
    }

    fn step(&mut self, op: Op, open: &mut Vec<Open>) {
        match op {
            Op::Transaction | Op::Call => open.push(Open::default()),
            Op::Return | Op::Done => keep(open),
            Op::Revert | Op::Retry => self.undo(op, open),
            Op::Event => self.event(open),
            Op::Read(_) | Op::Write(..) => {
                self.accesses += 1;
                self.record(open);
            }
            Op::Free | Op::Transient => self.record(open),
            Op::Untraced => {}
        }
    }

    fn record(&mut self, open: &mut [Open]) {
        top(open).records += 1;
        self.records += 1;
    }

    fn event(&mut self, open: &mut [Open]) {
        top(open).events += 1;
        self.events += 1;
        self.most_events = self.most_events.max(self.events);
    }

    /// Each record has another that undoes it.
    fn undo(&mut self, op: Op, open: &mut Vec<Open>) {
        let ended = open.pop().unwrap_or_default();
        self.records += ended.records;
        self.events -= ended.events;
        match op {
            Op::Retry => self.retries += 1,
            _ => self.reverts += 1,
        }
    }
}

/// What has ended well is the outer frame's to undo.
fn keep(open: &mut Vec<Open>) {
    let ended = open.pop().unwrap_or_default();
    let top = top(open);
    top.records += ended.records;
    top.events += ended.events;
}

fn top(open: &mut [Open]) -> &mut Open {
    open.last_mut().expect("every end has a beginning")
}
