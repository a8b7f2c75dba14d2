//! Many facts about a key in one entry, each with what takes it back.
//!
//! A transaction writes storage slots in frames, and a frame that fails takes its writes back. That a slot was
//! read or written at all is a fact of the whole run, and survives the frame. Five maps would be searched five
//! times for this; here `entry` searches once, and the entry has it all: flags are bits, and so is whether a
//! slot was written.
#![forbid(unsafe_code)]

use zkarena::{KeyedState, RollbackCell, RollbackLog, zk_phase};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SlotKey {
    address: u32,
    slot: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Write {
    value: u64,
    paid: u32,
}

#[derive(Debug, KeyedState)]
#[state(key = SlotKey, domains(frame < run))] // a frame is inside a run; `never` is built in
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(flag, rollback = run)]
    written: bool,
    #[state(init, rollback = never)]
    initial: u64, // filled once, by the closure of `entry`
    #[state(rollback = frame)]
    write: Option<Write>, // value and price are present together
}

#[derive(Debug, PartialEq)]
struct OutOfGas;

/// What the world has in a slot before the batch.
fn world(key: SlotKey) -> u64 {
    u64::from(key.address) * 100 + key.slot
}

/// Writes a slot; what is still to be paid for it.
fn write(slots: &mut SlotStates<'_>, key: SlotKey, value: u64) -> u32 {
    let mut slot = slots.entry(key, || world(key)); // the one search
    let price = if slot.mark_written() { 20 } else { 5 }; // whether it is newly set
    let prepaid = slot.replace_write(Write { value, paid: price });
    price.saturating_sub(prepaid.map_or(0, |write| write.paid))
}

fn read(slots: &mut SlotStates<'_>, key: SlotKey) -> u64 {
    let mut slot = slots.entry(key, || world(key));
    slot.mark_read();
    slot.write().map_or(slot.initial(), |write| write.value)
}

#[zk_phase(name = "batch")]
fn replay() -> u64 {
    let mut slots = SlotStates::new_in(phase);
    let mut events = RollbackLog::new_in(phase); // the small pieces: a log that is cut off,
    let mut gas = RollbackCell::new_in(30_u32, phase); // and a value that comes back
    let [a, b] = [1, 2].map(|slot| SlotKey { address: 7, slot });
    *gas -= write(&mut slots, a, 11);

    let before = (events.checkpoint(), gas.checkpoint());
    let frame = slots.checkpoint::<SlotFrame>();
    let failed = call(&mut slots, &mut gas, a, b);
    events.push("call");
    println!("the call: {failed:?}, with {} gas left", *gas);
    for change in slots.changes_since(&frame).expect("open") {
        println!(
            "{:?}: {:?} -> {:?}",
            change.key, change.before.write, change.after.write
        );
    }
    slots.rollback(frame).expect("open");
    events.rollback(before.0).expect("open");
    gas.rollback(before.1).expect("open");

    assert_eq!((events.len(), *gas), (0, 10));
    assert_eq!((read(&mut slots, a), read(&mut slots, b)), (11, 702));
    let slot = slots.get(&b).expect("entries stay");
    assert!(
        slot.written && slot.write.is_none(),
        "of the domains `run` and `frame`"
    );
    println!("{} probes for 5 operations", slots.stats().probes);
    let sorted = slots.iter_sorted(); // whoever came first
    sorted.fold(0, |digest, (key, slot)| {
        let value = slot.write.map_or(slot.initial, |write| write.value);
        digest * 31 + key.slot * 7 + value
    })
}

/// A call that fails if it is paid for by nobody.
fn call(
    slots: &mut SlotStates<'_>,
    gas: &mut RollbackCell<'_, u32>,
    a: SlotKey,
    b: SlotKey,
) -> Result<(), OutOfGas> {
    for (key, value) in [(a, 12), (b, 21)] {
        let price = write(slots, key, value);
        **gas = gas.checked_sub(price).ok_or(OutOfGas)?;
    }
    Ok(())
}

fn main() {
    println!("digest {}", replay());
}
