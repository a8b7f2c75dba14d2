//! The VM: takes steps, and tells slots, trace and logs.

use crate::access::{Access, LogQuery, Moment};
use crate::batch::{Batch, Op};
use crate::logs::{Event, Logs};
use crate::slots::{Ended, Slots, Undone};
use crate::trace::Trace;
use crate::word::{SlotKey, U256, mix};
use crate::world;
use std::slice;

/// What a VM keeps.
#[derive(Debug)]
pub(crate) struct Vm<'a, S, T, L> {
    pub(crate) slots: &'a mut S,
    pub(crate) trace: &'a mut T,
    pub(crate) logs: &'a mut L,
}

/// Where the batch is.
#[derive(Debug)]
pub(crate) struct Tape<'b> {
    ops: slice::Iter<'b, Op>,
    keys: &'b [SlotKey],
    now: Moment,
    /// Of every value that was read, and everything that was paid and given back.
    sum: u64,
    /// Records that were built, but for those that undo others.
    built: usize,
}

impl<'b> Tape<'b> {
    pub(crate) fn new(batch: &'b Batch) -> Self {
        Self {
            ops: batch.ops.iter(),
            keys: &batch.keys,
            now: Moment::default(),
            sum: 0,
            built: 0,
        }
    }

    /// A number that two runs share if their VMs answered alike.
    pub(crate) const fn sum(&self) -> u64 {
        self.sum
    }

    /// Records that were built of accesses.
    pub(crate) const fn built(&self) -> usize {
        self.built
    }

    fn key(&self, slot: u32) -> &'b SlotKey {
        &self.keys[slot as usize]
    }

    const fn add(&mut self, number: u64) {
        self.sum = self.sum.rotate_left(5).wrapping_add(number);
    }
}

impl<S: Slots, T: Trace, L: Logs> Vm<'_, S, T, L> {
    /// Takes steps to the end of the frame, the transaction or the batch.
    pub(crate) fn run(&mut self, tape: &mut Tape<'_>) -> Ended {
        while let Some(op) = tape.ops.next() {
            tape.now.timestamp += 1;
            match *op {
                Op::Read(slot) => self.read(tape, slot),
                Op::Write(slot, seed) => self.write(tape, slot, seed),
                Op::Free => {
                    self.logs.refund(world::WARM_READ);
                    self.passing(tape);
                }
                Op::Transient => self.passing(tape),
                Op::Untraced => self.logs.cost(0),
                Op::Event => self.logs.event(event(tape.now)),
                // What was undone is over: the tape goes on behind it.
                Op::Call => _ = self.frame(tape),
                Op::Transaction => _ = self.transaction(tape),
                Op::Return | Op::Done => return Ok(()),
                Op::Revert | Op::Retry => return Err(Undone),
            }
        }
        Ok(())
    }

    fn read(&mut self, tape: &mut Tape<'_>, slot: u32) {
        let key = tape.key(slot);
        let seen = self.slots.read(key);
        self.logs.refund(seen.refund);
        self.logs.cost(0);
        self.record(tape, Access::read(*key, seen.value));
        tape.add(seen.value.0[0] ^ u64::from(seen.refund));
    }

    fn write(&mut self, tape: &mut Tape<'_>, slot: u32, seed: u16) {
        let key = tape.key(slot);
        let value = world::written(key, seed);
        let wrote = self.slots.write(key, value);
        self.logs.refund(wrote.refund);
        self.logs.cost(wrote.cost);
        let access = Access::write(*key, wrote.before, value);
        self.record(tape, access);
        tape.add(wrote.before.0[0] ^ u64::from(wrote.refund));
        tape.add(i64::from(wrote.cost).cast_unsigned());
    }

    fn passing(&mut self, tape: &mut Tape<'_>) {
        self.logs.cost(0);
        let value = U256([mix(tape.now.timestamp.into()), 0, 0, 0]);
        self.record(tape, Access::passing(value));
    }

    fn record(&mut self, tape: &mut Tape<'_>, access: Access) {
        self.trace.push(access, |access| {
            tape.built += 1;
            LogQuery::new(access, tape.now)
        });
    }

    fn frame(&mut self, tape: &mut Tape<'_>) -> Ended {
        let Self { slots, trace, logs } = self;
        slots.frame(|slots| {
            trace.frame(|trace| logs.frame(|logs| Vm { slots, trace, logs }.run(tape)))
        })
    }

    fn transaction(&mut self, tape: &mut Tape<'_>) -> Ended {
        let Self { slots, trace, logs } = self;
        let ended = slots.transaction(|slots| {
            trace.frame(|trace| logs.transaction(|logs| Vm { slots, trace, logs }.run(tape)))
        });
        if ended.is_ok() {
            tape.now.transaction = tape.now.transaction.wrapping_add(1);
        }
        ended
    }
}

fn event(now: Moment) -> Event {
    let value = mix(now.timestamp.into());
    Event {
        key: U256([value, 0, 0, 0]),
        value: U256([0, 0, 0, value]),
        address: [7; 20],
        transaction: now.transaction,
        shard: 0,
        is_first: true,
    }
}
