//! The auxiliary logs: a refund for each access, a cost for each record, events.

mod stacks;

pub(crate) use stacks::Stacks;

use crate::slots::Ended;
use crate::word::U256;

/// What a contract says.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct Event {
    pub(crate) key: U256,
    pub(crate) value: U256,
    pub(crate) address: [u8; 20],
    pub(crate) transaction: u16,
    pub(crate) shard: u8,
    pub(crate) is_first: bool,
}

const _: () = assert!(size_of::<Event>() == 88);

/// Takes entries; transactions that are undone take all back, frames that revert take events back.
pub(crate) trait Logs {
    fn refund(&mut self, refund: u32);
    fn cost(&mut self, cost: i32);
    fn event(&mut self, event: Event);
    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended;
    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended;
    /// Bytes of all entries.
    fn payload(&self) -> usize;
    /// A number that logs with the same entries share; `None`: there are no logs.
    fn hash(&self) -> Option<u64>;
}

/// No logs: something else is measured.
impl Logs for () {
    fn refund(&mut self, _: u32) {}

    fn cost(&mut self, _: i32) {}

    fn event(&mut self, _: Event) {}

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        body(self)
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        body(self)
    }

    fn payload(&self) -> usize {
        0
    }

    fn hash(&self) -> Option<u64> {
        None
    }
}
