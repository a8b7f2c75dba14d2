//! A keyed state takes half of what a map per fact takes, and grows without leaving much behind.
#![expect(
    clippy::cast_possible_truncation,
    reason = "numbers are small, or any will do"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use zkarena::{KeyedState, Phase, with_phase};

/// Counts the bytes of the heap that each thread has in use.
struct Counted;

thread_local! {
    static IN_USE: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: what the system does, counted.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.set(IN_USE.get().wrapping_add(layout.size()));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.set(IN_USE.get().wrapping_sub(layout.size()));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) };
    }
}

#[global_allocator]
static COUNTED: Counted = Counted;

/// Distinct slots of real batches: that of 1,246,151 pubdata costs, and the largest of 122.
const BATCHES: [usize; 2] = [10_729, 16_771];
/// Undo records of one transaction.
const WRITES_OF_A_FRAME: usize = 45;

type Word = [u64; 4];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SlotKey {
    address: [u8; 20],
    slot: [u8; 32],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Write {
    value: Word,
    paid: u32,
}

#[derive(KeyedState)]
#[state(key = SlotKey, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(flag, rollback = run)]
    written: bool,
    #[state(init, rollback = never)]
    initial: Word,
    #[state(rollback = frame)]
    write: Option<Write>,
}

fn word(of: usize) -> Word {
    let mix = |at: u64| {
        (of as u64 + (at << 32))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    };
    [mix(1), mix(2), mix(3), mix(4)].map(|word| word.wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

/// Ten slots for each address.
fn key(of: usize) -> SlotKey {
    let bytes = |word: Word| word.map(u64::to_le_bytes).concat();
    let (mut address, mut slot) = ([0; 20], [0; 32]);
    address.copy_from_slice(&bytes(word(of / 10))[..20]);
    slot.copy_from_slice(&bytes(word(of)));
    SlotKey { address, slot }
}

fn write(of: usize) -> Write {
    let (value, paid) = (word(of + 1), of as u32);
    Write { value, paid }
}

/// Bytes of the heap that what `make` returns takes.
fn heap_bytes<T>(make: impl FnOnce() -> T) -> usize {
    let before = IN_USE.get();
    let kept = make();
    let bytes = IN_USE.get() - before;
    drop(kept);
    bytes
}

fn three_maps(slots: usize) -> usize {
    heap_bytes(|| {
        let initial: BTreeMap<_, _> = in_turn(slots, |of| (key(of), word(of)));
        let flags: BTreeMap<_, _> = in_turn(slots, |of| (key(of), (true, of % 2 == 0)));
        let writes: BTreeMap<_, _> = in_turn(slots, |of| (key(of), write(of)));
        (initial, flags, writes)
    })
}

fn five_maps(slots: usize) -> usize {
    heap_bytes(|| {
        let initial: BTreeMap<_, _> = in_turn(slots, |of| (key(of), word(of)));
        let values: BTreeMap<_, _> = in_turn(slots, |of| (key(of), word(of + 1)));
        let paid: BTreeMap<_, _> = in_turn(slots, |of| (key(of), of as u32));
        let read: BTreeSet<_> = in_turn(slots, key);
        let written: BTreeSet<_> = in_turn(slots, key);
        (initial, values, paid, read, written)
    })
}

/// One after the other, as a replay does: `collect` would sort them first.
fn in_turn<T, C: Default + Extend<T>>(slots: usize, item: impl Fn(usize) -> T) -> C {
    let mut collection = C::default();
    (0..slots).for_each(|of| collection.extend([item(of)]));
    collection
}

/// Most bytes that the arena held, and what the state says that it holds.
fn ours(slots: usize, make: impl FnOnce(Phase<'_>) -> SlotStates<'_>) -> (usize, usize) {
    with_phase(|phase| {
        let mut states = make(*phase);
        for from in (0..slots).step_by(WRITES_OF_A_FRAME) {
            let kept: Result<(), ()> = states.frame(|states| {
                for of in from..slots.min(from + WRITES_OF_A_FRAME) {
                    let mut slot = states.entry(key(of), || word(of));
                    slot.mark_read();
                    slot.replace_write(write(of));
                }
                Ok(())
            });
            assert_eq!(kept, Ok(()));
        }
        let held = states.stats().bytes().0 as usize;
        (phase.stats().poly.high_water.0 as usize, held)
    })
}

#[test]
fn a_state_takes_half_of_three_maps_and_a_third_of_five() {
    assert_eq!(
        size_of::<SlotKey>() + size_of::<Word>() + size_of::<Write>() + 4,
        128
    );
    for slots in BATCHES {
        let (three, five) = (three_maps(slots), five_maps(slots));
        let (high_water, held) = ours(slots, |phase| SlotStates::new_in(phase));
        println!(
            "{slots} slots: three maps {three}, five {five}, ours {high_water} ({held} in use)"
        );
        assert!(held <= high_water, "{held} bytes in use");
        assert!(high_water * 100 <= three * 52, "{high_water} of {three}");
        assert!(high_water * 100 <= five * 35, "{high_water} of {five}");
    }
}

/// A list of changes is a question, not a fact: what it took is there for the next one.
#[test]
fn looking_at_changes_takes_nothing_for_good() {
    with_phase(|phase| {
        let mut states = SlotStates::new_in(*phase);
        let run = states.checkpoint::<SlotRun>();
        for of in 0..WRITES_OF_A_FRAME {
            let mut slot = states.entry(key(of), || word(of));
            slot.mark_read();
            slot.replace_write(write(of));
        }
        let mut held = Vec::new();
        for _ in 0..2_000 {
            let changes = states.changes_since(&run).expect("open");
            assert_eq!(changes.len(), WRITES_OF_A_FRAME);
            drop(changes);
            assert_eq!(states.iter_sorted().len(), WRITES_OF_A_FRAME);
            held.push(phase.stats().poly.bytes);
        }
        assert_eq!(held.first(), held.last());
        states.commit(run).expect("open");
    });
}

#[test]
fn a_state_of_known_size_takes_a_block_for_its_entries() {
    for slots in BATCHES {
        let (high_water, _) = ours(slots, |phase| SlotStates::with_capacity_in(slots, phase));
        let index = (slots * 4).next_power_of_two() * 2;
        let most = slots * 128 + index + 64 * 1024;
        assert!(
            high_water <= most,
            "{slots} slots: {high_water} bytes, not {most}"
        );
    }
}
