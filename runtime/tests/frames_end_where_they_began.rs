//! A frame ends with the state that it began with, as it promises: one that its body has closed from inside, or
//! exchanged, is a panic, and leaves nothing half done.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zkarena::{
    Home, KeyedState, Record, RollbackCell, RollbackLog, Skip, TraceFold, TraceGate, TraceLog,
    Twin, with_phase,
};

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(rollback = frame)]
    write: Option<u64>,
}

/// What a panic says.
#[track_caller]
fn panics<R>(body: impl FnOnce() -> R) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(body)) else {
        panic!("it should have panicked");
    };
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
        .expect("a text")
}

/// What the frame did would stay, though it failed.
#[test]
fn a_frame_that_fails_is_not_committed_by_its_body() {
    let mut slots = SlotStates::new_in(Home::Heap);
    let outer = slots.checkpoint::<SlotFrame>();
    let text = panics(|| {
        slots.frame(|slots| {
            slots.entry(1).replace_write(5);
            slots.commit(outer).expect("open");
            Err::<(), _>("reverted")
        })
    });
    assert!(
        text.starts_with("a frame was closed from inside: checkpoints out of order"),
        "{text}"
    );
    assert_eq!(slots.stats().checkpoints, 0);
}

/// What the frame did would be gone, though it ended well.
#[test]
fn a_frame_that_ends_well_is_not_rolled_back_by_its_body() {
    let mut slots = SlotStates::new_in(Home::Heap);
    let outer = slots.checkpoint::<SlotRun>();
    let text = panics(|| {
        slots.run(|slots| {
            slots.entry(1).mark_read();
            slots.rollback(outer).expect("open");
            Ok::<_, ()>(())
        })
    });
    assert!(text.contains("this checkpoint is stale"), "{text}");
    assert_eq!(slots.get(&1).map(|slot| slot.read), Some(false));
}

#[test]
fn a_state_is_not_exchanged_in_its_frame() {
    for ends_well in [true, false] {
        let mut slots = SlotStates::new_in(Home::Heap);
        let text = panics(|| {
            slots.frame(|slots| {
                *slots = SlotStates::new_in(Home::Heap);
                slots.entry(1).replace_write(5);
                ends_well.then_some(()).ok_or("reverted")
            })
        });
        assert!(text.contains("taken of another state"), "{text}");
    }
    let mut log = RollbackLog::new_in(Home::Heap);
    let mut cell = RollbackCell::new_in(1, Home::Heap);
    let texts = [
        panics(|| {
            log.frame(|log| {
                *log = RollbackLog::new_in(Home::Heap);
                log.push(1);
                Err::<(), _>("reverted")
            })
        }),
        panics(|| {
            cell.frame(|cell| {
                *cell = RollbackCell::new_in(2, Home::Heap);
                Err::<(), _>("reverted")
            })
        }),
    ];
    for text in texts {
        assert!(text.contains("taken of another state"), "{text}");
    }
}

/// A record with itself for its event.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Add(i64);

impl Twin for Add {
    fn twin(&self) -> Self {
        Self(-self.0)
    }
}

#[derive(Default)]
struct Sum(i64);

impl TraceFold<Add> for Sum {
    type Event = Add;
    type Summary = i64;

    fn event(record: &Add) -> Add {
        *record
    }

    fn observe(&mut self, event: &Add) {
        self.0 += event.0;
    }

    fn summary(&self) -> i64 {
        self.0
    }
}

fn exchanged<M: TraceGate>(mode: M) {
    with_phase(|phase| {
        let mut log = TraceLog::new_in(*phase, mode, Sum::default());
        let text = panics(|| {
            log.frame(|log| {
                *log = TraceLog::new_in(*phase, mode, Sum::default());
                log.push(Add(1), |add| *add);
                Err::<(), _>("reverted")
            })
        });
        assert!(text.contains("exchanged for another"), "{text}");
        // The other one is outside of all frames, and takes no memory for events.
        let before = phase.stats().poly.high_water;
        (0..100_000).for_each(|_| log.push(Add(1), |add| *add));
        if mode.mode() == zkarena::TraceMode::Skip {
            assert_eq!(phase.stats().poly.high_water, before);
        }
        let reverted = log.frame(|log| {
            log.push(Add(7), |add| *add);
            Err::<(), _>("reverted")
        });
        assert_eq!((reverted, log.summary()), (Err("reverted"), 100_001));
    });
}

#[test]
fn a_trace_is_not_exchanged_in_its_frame() {
    exchanged(Record);
    exchanged(Skip);
}

thread_local! {
    /// How many hashes until one panics; none if it is zero.
    static HASHES: Cell<usize> = const { Cell::new(0) };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key(u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let left = HASHES.get();
        HASHES.set(left.saturating_sub(1));
        assert!(left != 1, "no hash");
        self.0.hash(state);
    }
}

#[derive(KeyedState)]
#[state(key = Key)]
struct Fact {
    #[state(rollback = never)]
    value: u32,
}

/// The table that grows is given up, and the old one is whole.
#[test]
fn a_key_that_panics_loses_no_entry() {
    let mut facts = FactStates::new_in(Home::Heap);
    let mut known = 0;
    while facts.stats().growths < 3 {
        let growths = facts.stats().growths;
        let key = Key(known);
        HASHES.set(20);
        if catch_unwind(AssertUnwindSafe(|| facts.entry(key).replace_value(known))).is_err() {
            assert_eq!(facts.stats().growths, growths, "it was to grow");
            HASHES.set(0);
            assert!((0..known).all(|known| facts.get(&Key(known)).is_some()));
            facts.entry(key).replace_value(known);
        }
        known += 1;
    }
    HASHES.set(0);
    assert_eq!(facts.len(), known as usize, "no key is there twice");
    assert!(facts.iter().all(|(key, fact)| key.0 == fact.value));
}

/// A record whose destructor panics once.
struct Bomb<'a>(&'a Cell<bool>);

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        assert!(!self.0.replace(false), "a destructor");
    }
}

#[test]
fn a_destructor_that_panics_leaves_a_log_in_order() {
    let armed = Cell::new(false);
    let mut log = RollbackLog::new_in(Home::Heap);
    log.push(Bomb(&armed));
    let checkpoint = log.checkpoint();
    (0..5_000).for_each(|_| log.push(Bomb(&armed)));
    armed.set(true);
    assert_eq!(panics(|| log.rollback(checkpoint)), "a destructor");
    assert_eq!(log.len(), log.iter().count());
    let len = log.len();
    log.push(Bomb(&armed));
    assert_eq!((log.len(), log.iter().count()), (len + 1, len + 1));
    assert!(log.get(len).is_some() && log.get(len + 1).is_none());
}
