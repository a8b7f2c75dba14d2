//! Fields of a keyed state go back to what they were, domain by domain, and checkpoints are used in order.
#![forbid(unsafe_code)]

use std::panic::{self, AssertUnwindSafe};
use zkarena::{
    Checkpoint, CheckpointError, Home, KeyedState, RollbackCell, RollbackLog, with_phase,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Write {
    value: u64,
    paid: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(flag, rollback = frame)]
    warm: bool,
    #[state(init, rollback = never)]
    initial: u64,
    #[state(rollback = frame)]
    write: Option<Write>,
    #[state(rollback = never)]
    accesses: u32,
}

const ZERO: Write = Write { value: 0, paid: 0 };

fn write(value: u64) -> Write {
    Write { value, paid: 1 }
}

/// The slots that all tests begin with: key 1 was 10 and is 11, written in no frame.
fn slots() -> SlotStates<'static> {
    let mut slots = SlotStates::new_in(Home::Heap);
    let mut slot = slots.entry(1, || 10);
    assert!(slot.mark_read(), "newly set");
    assert!(!slot.mark_read(), "set before");
    assert_eq!(slot.replace_write(write(11)), None);
    slots
}

#[test]
fn what_a_frame_changes_stays_if_it_returns_ok() {
    let mut slots = slots();
    let before: Result<_, ()> = slots.frame(|slots| {
        let mut slot = slots.entry(1, || unreachable!("the key is there"));
        Ok(slot.replace_write(write(12)).map_or(0, |write| write.value))
    });
    assert_eq!(before, Ok(11));
    assert_eq!(slots.entry(1, || 0).write(), Some(write(12)));
    assert_eq!(slots.stats().undo_records, 0, "nobody can want them");
}

#[test]
fn what_a_frame_changes_is_taken_back_if_it_returns_err() {
    let mut slots = slots();
    let failed = slots.frame(|slots| {
        let mut slot = slots.entry(1, || 0);
        slot.take_write();
        slot.clear_read();
        slot.mark_warm();
        assert_eq!(slot.replace_accesses(5), 0);
        slots.entry(2, || 20).replace_write(write(21));
        Err::<(), _>("reverted")
    });
    assert_eq!(failed, Err("reverted"));
    let expected = Slot {
        read: false, // of the outer domain
        warm: false,
        initial: 10,
        write: Some(write(11)),
        accesses: 5, // of none
    };
    assert_eq!(slots.get(&1), Some(expected));
    let second = slots.get(&2).expect("entries stay");
    assert_eq!((second.initial, second.write), (20, None));
}

#[test]
fn a_panic_takes_back_what_its_frames_changed() {
    let mut slots = slots();
    let before = slots.get(&1);
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
        slots.run(|slots| {
            slots.entry(1, || 0).clear_read();
            slots.frame(|slots| -> Result<(), ()> {
                slots.entry(1, || 0).replace_write(write(13));
                panic!("in a frame");
            })
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(slots.get(&1), before);
    assert_eq!(slots.stats().checkpoints, 0);
}

#[test]
fn rolling_back_a_run_takes_its_frames_along() {
    let mut slots = slots();
    let before = slots.get(&1);
    let run = slots.checkpoint::<SlotRun>();
    let frame = slots.checkpoint::<SlotFrame>();
    slots.entry(1, || 0).clear_read();
    slots.entry(1, || 0).replace_write(write(14));
    slots.rollback(run).expect("open");
    assert_eq!(slots.get(&1), before);
    assert_eq!(slots.rollback(frame), Err(CheckpointError::Stale));
    assert_eq!(slots.get(&1), before);
}

#[test]
fn checkpoints_are_used_where_and_when_they_may() {
    let (mut slots, mut others) = (slots(), slots_of_others());
    let foreign = others.checkpoint::<SlotFrame>();
    assert_eq!(slots.commit(foreign), Err(CheckpointError::Foreign));

    let outer = slots.checkpoint::<SlotFrame>();
    let inner = slots.checkpoint::<SlotFrame>();
    slots.commit(outer).expect("open");
    assert_eq!(slots.commit(inner), Err(CheckpointError::OutOfOrder));

    let outer = slots.checkpoint::<SlotFrame>();
    let inner = slots.checkpoint::<SlotRun>();
    slots.rollback(outer).expect("open");
    assert!(matches!(
        slots.changes_since(&inner),
        Err(CheckpointError::Stale)
    ));
    assert_eq!(slots.stats().checkpoints, 0);
}

fn slots_of_others() -> SlotStates<'static> {
    SlotStates::new_in(Home::Heap)
}

/// As documented: the changes stay, and an outer checkpoint takes them back.
#[test]
fn a_checkpoint_that_is_dropped_keeps_the_changes() {
    let mut slots = slots();
    let outer = slots.checkpoint::<SlotFrame>();
    drop(slots.checkpoint::<SlotFrame>());
    slots.entry(1, || 0).replace_write(write(15));
    assert_eq!(slots.stats().checkpoints, 2);
    slots.rollback(outer).expect("open");
    assert_eq!(slots.entry(1, || 0).write(), Some(write(11)));
    assert_eq!(slots.stats().checkpoints, 0, "the dropped one went with it");
}

#[test]
fn changes_count_keys_whose_value_came_back() {
    let mut slots = slots();
    slots.entry(2, || 20);
    slots.entry(3, || 30);
    let frame = slots.checkpoint::<SlotFrame>();
    slots.entry(3, || 0).replace_write(write(31));
    slots.entry(1, || 0).take_write();
    slots.entry(1, || 0).replace_write(write(11));
    slots.entry(2, || 0).mark_read(); // of another domain
    let changes: Vec<_> = slots.changes_since(&frame).expect("open").collect();
    let found: Vec<_> = changes
        .iter()
        .map(|change| (*change.key, change.before.write, change.after.write))
        .collect();
    let eleven = Some(write(11));
    assert_eq!(found, [(1, eleven, eleven), (3, None, Some(write(31)))]);
    slots.commit(frame).expect("open");
}

#[test]
fn zero_is_a_value_and_no_absence() {
    let mut slots = slots();
    let frame = slots.checkpoint::<SlotFrame>();
    assert_eq!(slots.entry(4, || 0).replace_write(ZERO), None);
    assert_eq!(slots.entry(4, || 0).write(), Some(ZERO));
    assert_eq!(slots.stats().undo_records, 1);
    slots.rollback(frame).expect("open");
    assert_eq!(slots.entry(4, || 0).write(), None);
}

#[test]
fn only_changes_are_journaled_and_only_while_somebody_may_want_them() {
    let mut slots = slots();
    assert_eq!(slots.stats().undo_records, 0, "no checkpoint is open");
    let frame = slots.checkpoint::<SlotFrame>();
    let mut slot = slots.entry(1, || 0);
    slot.clear_read(); // of the domain `run`, which has no checkpoint
    slot.replace_accesses(9); // of none
    slot.replace_write(write(11)); // what it is
    assert_eq!(slots.stats().undo_records, 0);
    slots.entry(1, || 0).replace_write(write(12));
    assert_eq!(slots.stats().undo_records, 1);
    slots.commit(frame).expect("open");
}

#[test]
fn an_operation_is_one_probe() {
    with_phase(|phase| {
        let mut slots = SlotStates::new_in(*phase);
        for key in 0..10_000_u32 {
            let mut slot = slots.entry(key % 2_000, || 1);
            slot.mark_read();
            slot.replace_write(write(u64::from(key)));
            slot.write();
        }
        assert_eq!(slots.stats().probes, 10_000);
        assert_eq!(slots.len(), 2_000);
    });
}

#[test]
fn logs_and_cells_roll_back() {
    with_phase(|phase| {
        let mut log = RollbackLog::new_in(*phase);
        let mut cell = RollbackCell::new_in(0, *phase);
        let (of_log, of_cell): (Checkpoint, Checkpoint) = (log.checkpoint(), cell.checkpoint());
        for value in 0..5_000 {
            log.push(value);
            *cell += value;
        }
        assert_eq!(log.since(&of_log).expect("open").len(), 5_000);
        let inner = log.checkpoint();
        assert_eq!(cell.rollback(inner), Err(CheckpointError::Foreign));
        log.rollback(of_log).expect("open");
        cell.rollback(of_cell).expect("open");
        assert_eq!((log.len(), *cell), (0, 0));
    });
}
