//! Entries, index, undo logs and checkpoints of a witness are gone when its phase ends.
#![cfg(target_os = "linux")]

mod common;

use common::alone;
use common::secrets::{residue, secret};
use zkarena::{KeyedState, Phase, PhaseAlloc, PhaseGuard, Plan, RollbackCell, RollbackLog, site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// So many that tables of the index go back to the arena while it is open.
const KEYS: usize = 20_000;

#[derive(KeyedState)]
#[state(key = u64, domains(frame))]
struct Note {
    #[state(flag, rollback = frame)]
    spent: bool,
    #[state(init, rollback = never)]
    blinding: u64,
    #[state(rollback = frame)]
    amount: Option<u64>,
}

fn notes(phase: Phase<'_>) -> NoteStates<'_> {
    let mut notes = NoteStates::new_in(phase);
    for round in 0..2 {
        for key in 0..KEYS {
            let mut note = notes.entry(secret(key), || secret(key + KEYS));
            note.mark_spent();
            note.replace_amount(secret(key + round * KEYS));
        }
        // Still open at the end: the undo log is full of secrets.
        drop(notes.checkpoint::<NoteFrame>());
    }
    notes
}

/// An address of a block of `phase`, and how much an observer finds in its heap.
fn observed(phase: Phase<'_>) -> (usize, usize) {
    let probe = phase.witness().vec_from(&[secret(0)]);
    let at = probe.as_ptr().addr();
    (at, residue(at))
}

#[test]
fn a_state_in_the_witness_arena_is_wiped() {
    let _alone = alone();
    let guard = PhaseGuard::root(site!("prove"), Plan::new());
    let phase = guard.handle();
    let notes = notes(phase.witness());
    let stats = notes.stats();
    assert_eq!(stats.undo_records, KEYS, "the second round is journaled");
    assert_eq!(
        phase.stats().poly.bytes.0,
        0,
        "all of it is in the witness arena"
    );
    let (at, seen) = observed(phase);
    assert!(seen > KEYS * 3 * 8, "an observer finds {seen} bytes");
    drop(notes);
    drop(guard);
    assert_eq!(residue(at), 0);
}

#[test]
fn logs_and_cells_in_the_witness_arena_are_wiped() {
    let _alone = alone();
    let guard = PhaseGuard::root(site!("prove"), Plan::new());
    let phase = guard.handle();
    let mut log = RollbackLog::new_in(phase.witness());
    let mut cell = RollbackCell::new_in([secret(1); 100], phase.witness());
    (0..KEYS).for_each(|at| log.push(secret(at)));
    drop((log.checkpoint(), cell.checkpoint()));
    assert_eq!(
        phase.stats().poly.bytes.0,
        0,
        "all of it is in the witness arena"
    );
    let (at, seen) = observed(phase);
    assert!(seen > KEYS * 8 + 800, "an observer finds {seen} bytes");
    // A destructor is not what wipes.
    std::mem::forget((log, cell));
    drop(guard);
    assert_eq!(residue(at), 0);
}

#[test]
fn nothing_of_a_secret_is_printed() {
    zkarena::with_phase(|phase| {
        let mut notes = NoteStates::new_in(phase.witness());
        let note = notes.entry(7, || 8);
        assert_eq!(format!("{note:?}"), "StateEntry { number: 0, .. }");
        assert_eq!(
            format!("{notes:?}"),
            "States { len: 1, checkpoints: 0, .. }"
        );
    });
}
