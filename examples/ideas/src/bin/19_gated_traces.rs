//! Gated traces: who proves needs every storage access, who only executes needs what they add up to.
//!
//! The virtual machine below is the same for both. `trace(..)` opens its log in the phase of `execute`, and
//! the mode says whether 128 bytes for each access are kept. It is decided there, once: no later call can
//! open the gate, and a log that skips is not one without accesses: it has no records to read at all. The
//! changes to the storage come from the fold, which sees the same events in both modes, in frames that fail
//! the undoing of each access as well.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use zkarena::{PhaseAlloc, TraceFold, TraceLog, TraceMode, Twin, report, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// What a write did.
#[derive(Clone, Copy, PartialEq)]
struct Write {
    slot: u64,
    old: u64,
    new: u64,
}

/// A write with what a circuit wants to know of it.
struct LogQuery {
    write: Write,
    circuit: [u64; 13],
}

impl Twin for Write {
    fn twin(&self) -> Self {
        let Self { slot, old, new } = *self;
        Self {
            slot,
            old: new,
            new: old,
        }
    }
}

impl Twin for LogQuery {
    fn twin(&self) -> Self {
        query(&self.write.twin())
    }
}

fn query(write: &Write) -> LogQuery {
    LogQuery {
        write: *write,
        circuit: [write.new; 13],
    }
}

/// The slots that were written, and their values before and after.
#[derive(Default)]
struct Changes(BTreeMap<u64, (u64, u64)>);

impl TraceFold<LogQuery> for Changes {
    type Event = Write;
    type Summary = Vec<(u64, u64)>;

    fn event(query: &LogQuery) -> Write {
        query.write
    }

    fn observe(&mut self, write: &Write) {
        let values = self.0.entry(write.slot).or_insert((write.old, write.old));
        values.1 = write.new;
    }

    fn summary(&self) -> Vec<(u64, u64)> {
        let changed = self.0.iter().filter(|(_, (before, after))| before != after);
        changed.map(|(slot, (_, after))| (*slot, *after)).collect()
    }
}

type Storage<'ph> = TraceLog<'ph, LogQuery, Changes>;

/// A transaction in a frame of its own; every third one fails and is undone.
fn transaction(n: u64, slots: &mut [u64; 16], storage: &mut Storage<'_>) {
    let before = *slots;
    let done = storage.frame(|storage| {
        for step in 1..=100 {
            let slot = (n * step * step % P) % 16;
            let (old, new) = (slots[slot as usize], (n + step) % P);
            storage.push(Write { slot, old, new }, query);
            slots[slot as usize] = new;
        }
        if n.is_multiple_of(3) {
            Err("out of gas")
        } else {
            Ok(())
        }
    });
    if done.is_err() {
        *slots = before;
    }
}

#[zk_phase(trace(storage: LogQuery, mode = mode, fold = Changes))]
fn execute(transactions: u64, mode: TraceMode) -> Vec<(u64, u64)> {
    let mut slots = [0; 16];
    for n in 1..=transactions {
        transaction(n, &mut slots, &mut storage);
    }
    match storage.records() {
        Ok(records) => {
            let circuits = records
                .iter()
                .fold(0, |sum, one| (sum + one.circuit[12]) % P);
            println!("{} records for circuits, {circuits}", records.len());
        }
        Err(skipped) => println!("no records of {} accesses", skipped.events()),
    }
    storage.summary()
}

fn main() {
    let proving = execute(1000, TraceMode::Record);
    let executing = execute(1000, TraceMode::Skip);
    assert_eq!(proving, executing);
    println!("{} slots changed, in both modes", proving.len());
    let note = report().to_string();
    let note = note.lines().find(|line| line.contains("traces"));
    println!("{}", note.unwrap_or_default());
}
