//! A keyed state is what one map per fact would be, whatever happens, with clones of all maps as checkpoints.
#![expect(
    clippy::cast_possible_truncation,
    reason = "numbers are small, or any will do"
)]

mod common;

use common::random::Random;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use zkarena::{Checkpoint, CheckpointError, Home, KeyedState};

/// Unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 10_000;
const DEPTH: usize = 8;

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
    #[state(rollback = run)]
    reads: u32,
    #[state(rollback = never)]
    accesses: u32,
}

/// One map per fact.
#[derive(Clone, Debug, Default)]
struct Facts {
    read: BTreeSet<u32>,
    warm: BTreeSet<u32>,
    initial: BTreeMap<u32, u64>,
    write: BTreeMap<u32, Write>,
    reads: BTreeMap<u32, u32>,
    accesses: BTreeMap<u32, u32>,
}

impl Facts {
    fn slot(&self, key: u32) -> Slot {
        Slot {
            read: self.read.contains(&key),
            warm: self.warm.contains(&key),
            initial: self.initial[&key],
            write: self.write.get(&key).copied(),
            reads: self.reads.get(&key).copied().unwrap_or(0),
            accesses: self.accesses.get(&key).copied().unwrap_or(0),
        }
    }

    /// Puts back what belongs to a domain and to those inside it.
    fn put_back(&mut self, before: Self, is_run: bool) {
        (self.warm, self.write) = (before.warm, before.write);
        if is_run {
            (self.read, self.reads) = (before.read, before.reads);
        }
    }
}

#[derive(Debug)]
enum Token {
    Frame(Checkpoint<SlotFrame>),
    Run(Checkpoint<SlotRun>),
}

/// An open checkpoint: all facts as they were, and the keys that have changed until the next one.
struct Level {
    token: Token,
    before: Facts,
    frame: BTreeSet<u32>,
    run: BTreeSet<u32>,
}

impl Level {
    fn is_run(&self) -> bool {
        matches!(self.token, Token::Run(_))
    }
}

/// A state, and what it should be.
struct Pair {
    slots: SlotStates<'static>,
    facts: Facts,
    levels: Vec<Level>,
    random: Random,
    narrow: bool,
    operations: u64,
}

impl Pair {
    fn new(seed: u64, narrow: bool) -> Self {
        let mut slots = SlotStates::new_in(Home::Heap);
        slots.seeded(seed);
        Self {
            slots,
            facts: Facts::default(),
            levels: Vec::new(),
            random: Random::new(seed),
            narrow,
            operations: 0,
        }
    }

    fn key(&mut self) -> u32 {
        let key = self.random.next();
        let known = self.facts.initial.len();
        match key as u32 {
            key if self.narrow => key % 16,
            key if known == 0 || self.random.one_in(4) => key,
            _ => *self
                .facts
                .initial
                .keys()
                .nth(self.random.below(known))
                .expect("known"),
        }
    }

    fn step(&mut self) {
        match self.random.below(14) {
            0..9 => self.change(),
            9 | 10 if self.levels.len() < DEPTH => self.open(),
            9..12 if !self.levels.is_empty() => self.close(),
            12 => self.compare_changes(),
            _ => self.compare_entries(),
        }
    }

    /// One operation on one key.
    fn change(&mut self) {
        let key = self.key();
        let (what, value) = (self.random.below(8), self.random.next() % 3);
        let facts = &mut self.facts;
        let is_new = !facts.initial.contains_key(&key);
        let initial = *facts.initial.entry(key).or_insert(value);
        let mut slot = self.slots.entry(key, || value);
        self.operations += 1;
        assert_eq!((slot.is_new(), slot.initial()), (is_new, initial));
        let (of_frame, of_run) = match what {
            0 => (false, alike(slot.mark_read(), facts.read.insert(key))),
            1 => (false, alike(slot.clear_read(), facts.read.remove(&key))),
            2 => (alike(slot.mark_warm(), facts.warm.insert(key)), false),
            3 => (alike(slot.clear_warm(), facts.warm.remove(&key)), false),
            4 => {
                let before = facts.write.remove(&key);
                assert_eq!(slot.take_write(), before);
                (before.is_some(), false)
            }
            5 => {
                let value = value as u32;
                let before = facts.reads.insert(key, value).unwrap_or(0);
                assert_eq!(slot.replace_reads(value), before);
                (false, before != value)
            }
            6 => {
                let before = facts.accesses.insert(key, value as u32).unwrap_or(0);
                assert_eq!(slot.replace_accesses(value as u32), before);
                (false, false)
            }
            _ => {
                let paid = value as u32 / 2;
                let write = Write { value, paid };
                let before = facts.write.insert(key, write);
                assert_eq!(slot.replace_write(write), before);
                (before != Some(write), false)
            }
        };
        if let Some(level) = self.levels.last_mut() {
            level.frame.extend(of_frame.then_some(key));
            level.run.extend(of_run.then_some(key));
        }
    }

    fn open(&mut self) {
        let token = if self.random.one_in(3) {
            Token::Run(self.slots.checkpoint())
        } else {
            Token::Frame(self.slots.checkpoint())
        };
        self.levels.push(Level {
            token,
            before: self.facts.clone(),
            frame: BTreeSet::new(),
            run: BTreeSet::new(),
        });
    }

    /// Closes the innermost checkpoint, or an outer one with those inside it.
    fn close(&mut self) {
        let last = self.levels.len() - 1;
        let at = if self.random.one_in(5) {
            self.random.below(last + 1)
        } else {
            last
        };
        let commits = self.random.one_in(2);
        let mut closed = self.levels.drain(at..);
        let outer = closed.next().expect("an open one");
        let inner: Vec<_> = closed.collect();
        let is_run = outer.is_run();
        let (mut frame, mut run) = (outer.frame, outer.run);
        for level in &inner {
            frame.extend(&level.frame);
            run.extend(&level.run);
        }
        if commits {
            assert_eq!(commit(&mut self.slots, outer.token), Ok(()));
        } else {
            assert_eq!(rollback(&mut self.slots, outer.token), Ok(()));
            self.facts.put_back(outer.before, is_run);
            frame.clear();
            if is_run {
                run.clear();
            }
        }
        let error = if commits {
            CheckpointError::OutOfOrder
        } else {
            CheckpointError::Stale
        };
        for level in inner {
            assert_eq!(rollback(&mut self.slots, level.token), Err(error));
        }
        if let Some(level) = self.levels.last_mut() {
            level.frame.extend(frame);
            level.run.extend(run);
        }
    }

    fn compare_changes(&mut self) {
        let depth = self.levels.len();
        if depth == 0 {
            return;
        }
        let at = self.random.below(depth);
        let level = &self.levels[at];
        let keys: BTreeSet<u32> = self.levels[at..]
            .iter()
            .flat_map(|inner| {
                let run = level.is_run().then_some(&inner.run);
                inner.frame.iter().chain(run.into_iter().flatten())
            })
            .copied()
            .collect();
        let changes = match &level.token {
            Token::Frame(frame) => self.slots.changes_since(frame),
            Token::Run(run) => self.slots.changes_since(run),
        };
        let mut found = BTreeSet::new();
        for change in changes.expect("open") {
            let key = *change.key;
            assert!(found.insert(key), "{key} is there twice");
            let mut before = self.facts.clone();
            before.put_back(level.before.clone(), level.is_run());
            assert_eq!(change.before, before.slot(key));
            assert_eq!(change.after, self.facts.slot(key));
        }
        assert_eq!(found, keys);
    }

    fn compare_entries(&self) {
        let sorted = self.slots.iter_sorted();
        let expected = self
            .facts
            .initial
            .keys()
            .map(|&key| (key, self.facts.slot(key)));
        assert!(sorted.map(|(key, slot)| (*key, slot)).eq(expected));
        assert_eq!(self.slots.stats().probes, self.operations);
        assert_eq!(self.slots.stats().checkpoints, self.levels.len());
    }
}

#[track_caller]
fn alike(ours: bool, theirs: bool) -> bool {
    assert_eq!(ours, theirs);
    ours
}

fn commit(slots: &mut SlotStates<'_>, token: Token) -> Result<(), CheckpointError> {
    match token {
        Token::Frame(frame) => slots.commit(frame),
        Token::Run(run) => slots.commit(run),
    }
}

fn rollback(slots: &mut SlotStates<'_>, token: Token) -> Result<(), CheckpointError> {
    match token {
        Token::Frame(frame) => slots.rollback(frame),
        Token::Run(run) => slots.rollback(run),
    }
}

/// Most cases are small, so that there are many of them.
fn operations() -> impl Strategy<Value = usize> {
    prop_oneof![9 => 0..60_usize, 1 => 0..=300_usize]
}

#[test]
fn random_operations_do_what_they_do_to_one_map_per_fact() {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    let strategy = (any::<u64>(), any::<bool>(), operations());
    let outcome = TestRunner::new(config).run(&strategy, |(seed, narrow, operations)| {
        let mut pair = Pair::new(seed, narrow);
        (0..operations).for_each(|_| pair.step());
        pair.compare_entries();
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// FNV-1a of what `iter_sorted` gives.
fn digest(slots: &SlotStates<'_>) -> u64 {
    let text = format!("{:?}", slots.iter_sorted().collect::<Vec<_>>());
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn filled(seed: u64, keys: &[u32]) -> SlotStates<'static> {
    let mut slots = SlotStates::new_in(Home::Heap);
    slots.seeded(seed);
    for &key in keys {
        let mut slot = slots.entry(key, || u64::from(key) * 3);
        slot.mark_read();
        slot.replace_accesses(key % 7);
    }
    slots
}

#[test]
fn neither_the_seed_nor_the_order_of_insertion_is_in_the_digest() {
    let mut random = Random::of_test("neither_the_seed_nor_the_order");
    let keys: Vec<u32> = (0..3_000).map(|_| random.next() as u32).collect();
    let reversed: Vec<u32> = keys.iter().rev().copied().collect();
    let first = filled(0, &keys);
    let other = filled(random.next(), &keys);
    assert_eq!(digest(&first), digest(&other), "another seed");
    assert!(
        first.iter().eq(other.iter()),
        "another seed, in the order of insertion"
    );
    assert_eq!(
        digest(&first),
        digest(&filled(0, &reversed)),
        "another order"
    );
    assert_ne!(
        digest(&first),
        digest(&filled(0, &keys[1..])),
        "another key"
    );
}
