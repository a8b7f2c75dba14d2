//! Whatever is done to a `PVec`, in whatever arena and beside whatever neighbours: it holds what a `Vec`
//! would hold, and drops each element once.

mod common;

use common::KIB;
use common::child::by_itself;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt::Debug;
use std::io::{ErrorKind, Write};
use std::ops::Range;
use zkarena::{Home, PVec, PhaseAlloc, PhaseGuard, Plan, Site, with_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("vectors", module_path!(), file!(), line!());

/// What vectors are made of here.
trait Element: Clone + PartialEq + Debug + 'static {
    fn of(number: u8) -> Self;
    fn number(&self) -> u8;
    /// How many there are.
    fn alive() -> usize {
        0
    }
}

impl<const N: usize> Element for [u32; N] {
    fn of(number: u8) -> Self {
        [u32::from(number); N]
    }

    fn number(&self) -> u8 {
        self[N - 1].to_le_bytes()[0]
    }
}

impl Element for u8 {
    fn of(number: u8) -> Self {
        number
    }

    fn number(&self) -> u8 {
        *self
    }
}

impl<const N: usize> Element for [u64; N] {
    fn of(number: u8) -> Self {
        [u64::from(number); N]
    }

    fn number(&self) -> u8 {
        self[N - 1].to_le_bytes()[0]
    }
}

/// An element that knows whether it is alive.
#[derive(Debug)]
struct Counted {
    name: u64,
    number: u8,
}

thread_local! {
    static ALIVE: RefCell<HashSet<u64>> = RefCell::new(HashSet::new());
    static NAMES: Cell<u64> = const { Cell::new(0) };
    static UNITS: Cell<usize> = const { Cell::new(0) };
}

impl Element for Counted {
    fn of(number: u8) -> Self {
        let name = NAMES.get();
        NAMES.set(name + 1);
        ALIVE.with_borrow_mut(|alive| alive.insert(name));
        Self { name, number }
    }

    fn number(&self) -> u8 {
        let alive = ALIVE.with_borrow(|alive| alive.contains(&self.name));
        assert!(alive, "it was dropped before");
        self.number
    }

    fn alive() -> usize {
        ALIVE.with_borrow(HashSet::len)
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::of(self.number())
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let was_alive = ALIVE.with_borrow_mut(|alive| alive.remove(&self.name));
        assert!(was_alive, "it was dropped before");
    }
}

/// An element without bytes, that is counted all the same.
#[derive(Debug, PartialEq)]
struct Unit;

impl Element for Unit {
    fn of(_: u8) -> Self {
        UNITS.set(UNITS.get() + 1);
        Self
    }

    fn number(&self) -> u8 {
        0
    }

    fn alive() -> usize {
        UNITS.get()
    }
}

impl Clone for Unit {
    fn clone(&self) -> Self {
        Self::of(0)
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        UNITS.set(UNITS.get().checked_sub(1).expect("one that was made"));
    }
}

/// Vectors that live side by side.
const VECTORS: usize = 3;

/// What is done to one of them. A position is taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Push(usize),
    Pop(usize),
    PopIf,
    Insert(usize),
    Remove(usize),
    SwapRemove(usize),
    Truncate(usize),
    Clear,
    Extend(usize),
    ExtendBlindly(usize),
    ExtendFromSlice(usize),
    ExtendFromWithin(usize, usize),
    Drain(usize, usize, usize),
    Resize(usize),
    ResizeWith(usize),
    Reserve(usize),
    ReserveExact(usize),
    ShrinkToFit,
    ShrinkTo(usize),
    Retain(u8),
    RetainMut(u8),
    Dedup,
    DedupBy,
    DedupByKey,
    SplitOff(usize, usize),
    Append(usize),
    IntoIter(usize, usize),
    Clone(usize),
    Spare(usize),
    Replace(usize),
    Neighbour(usize),
}

/// Steps for elements of `bytes` bytes.
fn steps(bytes: usize) -> impl Strategy<Value = Vec<(usize, Step)>> {
    use Step::{
        Append, Clear, Clone, Dedup, DedupBy, DedupByKey, Drain, Extend, ExtendBlindly,
        ExtendFromSlice, ExtendFromWithin, Insert, IntoIter, Neighbour, Pop, PopIf, Push, Remove,
        Replace, Reserve, ReserveExact, Resize, ResizeWith, Retain, RetainMut, ShrinkTo,
        ShrinkToFit, Spare, SplitOff, SwapRemove, Truncate,
    };
    let place = any::<usize>;
    let other = || 0..VECTORS;
    // As many small as large ones; the largest have pages of their own.
    let most = 160 * KIB / if bytes == 0 { 4 } else { bytes };
    let len = || prop_oneof![3 => 0..8usize, 2 => 0..300usize, 2 => 0..most];
    let step = prop_oneof![
        prop_oneof![
            (1..40usize).prop_map(Push),
            (1..40usize).prop_map(Pop),
            Just(PopIf),
            place().prop_map(Insert),
            place().prop_map(Remove),
            place().prop_map(SwapRemove),
            place().prop_map(Truncate),
            Just(Clear),
        ],
        prop_oneof![
            3 => len().prop_map(Extend),
            1 => len().prop_map(ExtendBlindly),
            1 => len().prop_map(ExtendFromSlice),
            1 => (place(), place()).prop_map(|(from, to)| ExtendFromWithin(from, to)),
            2 => len().prop_map(Resize),
            1 => len().prop_map(ResizeWith),
            2 => len().prop_map(Spare),
        ],
        prop_oneof![
            len().prop_map(Reserve),
            len().prop_map(ReserveExact),
            Just(ShrinkToFit),
            len().prop_map(ShrinkTo),
            len().prop_map(Replace),
            (1..100 * KIB).prop_map(Neighbour),
        ],
        prop_oneof![
            (place(), place(), place()).prop_map(|(from, to, taken)| Drain(from, to, taken)),
            (2..5u8).prop_map(Retain),
            (2..5u8).prop_map(RetainMut),
            Just(Dedup),
            Just(DedupBy),
            Just(DedupByKey),
            (place(), other()).prop_map(|(at, to)| SplitOff(at, to)),
            other().prop_map(Append),
            (place(), place()).prop_map(|(front, back)| IntoIter(front, back)),
            other().prop_map(Clone),
        ],
    ];
    prop::collection::vec((0..VECTORS, step), 1..60)
}

/// A range of `len` elements.
fn range(from: usize, to: usize, len: usize) -> Range<usize> {
    let [from, to] = [from, to].map(|at| at % (len + 1));
    from.min(to)..from.max(to)
}

/// What happened to the memory of vectors, over a whole test.
#[derive(Default, Debug)]
struct Seen {
    grew_in_place: usize,
    moved: usize,
    had_pages_of_its_own: usize,
    took_over_a_freed_block: usize,
}

/// The same vectors twice.
struct Twins<'ph, E> {
    home: Home<'ph>,
    ours: [PVec<'ph, E>; VECTORS],
    theirs: [Vec<E>; VECTORS],
    neighbours: Vec<PVec<'ph, u8>>,
    next: usize,
    freed: HashSet<usize>,
}

impl<'ph, E: Element> Twins<'ph, E> {
    fn new(home: Home<'ph>) -> Self {
        Self {
            home,
            ours: std::array::from_fn(|_| PVec::new_in(home)),
            theirs: std::array::from_fn(|_| Vec::new()),
            neighbours: Vec::new(),
            next: 0,
            freed: HashSet::new(),
        }
    }

    /// Each number twice in a row, so that there are some to be made one.
    fn number(&mut self) -> u8 {
        self.next += 1;
        (self.next / 2).to_le_bytes()[0]
    }

    fn numbers(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.number()).collect()
    }

    /// Does one step to both, and compares what comes out of it.
    #[expect(clippy::too_many_lines, reason = "one arm for each method")]
    fn step(&mut self, which: usize, step: &Step) {
        let lens = self.theirs.each_ref().map(Vec::len);
        let len = lens[which];
        let room = (512 * KIB / size_of::<E>().max(1)).saturating_sub(len);
        let fresh = match *step {
            Step::Push(n)
            | Step::Extend(n)
            | Step::ExtendBlindly(n)
            | Step::ExtendFromSlice(n)
            | Step::Spare(n) => self.numbers(n.min(room)),
            _ => vec![self.number()],
        };
        let elements = || fresh.iter().copied().map(E::of);
        let (ours, theirs) = (&mut self.ours[which], &mut self.theirs[which]);
        match *step {
            Step::Push(_) => {
                elements().for_each(|value| ours.push(value));
                theirs.extend(elements());
            }
            Step::Pop(n) => (0..n).for_each(|_| assert_eq!(ours.pop(), theirs.pop())),
            Step::PopIf => {
                let gone = |value: &mut E| value.number().is_multiple_of(2);
                assert_eq!(ours.pop_if(gone), theirs.pop_if(gone));
            }
            Step::Insert(at) => {
                ours.insert(at % (len + 1), E::of(fresh[0]));
                theirs.insert(at % (len + 1), E::of(fresh[0]));
            }
            Step::Remove(at) if len > 0 => {
                assert_eq!(ours.remove(at % len), theirs.remove(at % len));
            }
            Step::SwapRemove(at) if len > 0 => {
                assert_eq!(ours.swap_remove(at % len), theirs.swap_remove(at % len));
            }
            Step::Truncate(at) => {
                ours.truncate(at % (len + 1));
                theirs.truncate(at % (len + 1));
            }
            Step::Clear => {
                ours.clear();
                theirs.clear();
            }
            Step::Extend(_) => {
                ours.extend(elements());
                theirs.extend(elements());
            }
            Step::ExtendBlindly(_) => {
                // `filter` cannot say how many there will be.
                ours.extend(elements().filter(|_| true));
                theirs.extend(elements().filter(|_| true));
            }
            Step::ExtendFromSlice(_) => {
                let elements: Vec<E> = elements().collect();
                ours.extend_from_slice(&elements);
                theirs.extend_from_slice(&elements);
            }
            Step::ExtendFromWithin(from, to) => {
                let mut range = range(from, to, len);
                range.end = range.end.min(range.start + room);
                ours.extend_from_within(range.clone());
                theirs.extend_from_within(range);
            }
            Step::Drain(from, to, taken) => {
                let range = range(from, to, len);
                let taken = taken % (range.len() + 1);
                let (mut ours, mut theirs) = (ours.drain(range.clone()), theirs.drain(range));
                assert_eq!(ours.next_back(), theirs.next_back());
                let mut pairs = ours.by_ref().zip(theirs.by_ref()).take(taken);
                assert!(pairs.all(|(ours, theirs)| ours == theirs));
            }
            Step::Resize(n) => {
                ours.resize(n.min(len + room), E::of(fresh[0]));
                theirs.resize(n.min(len + room), E::of(fresh[0]));
            }
            Step::ResizeWith(n) => {
                ours.resize_with(n.min(len + room), || E::of(fresh[0]));
                theirs.resize_with(n.min(len + room), || E::of(fresh[0]));
            }
            Step::Reserve(n) => {
                ours.reserve(n);
                assert!(ours.capacity() >= len + n);
            }
            Step::ReserveExact(n) => {
                let before = ours.capacity();
                ours.reserve_exact(n);
                let exact = before.max(len + n);
                assert!(size_of::<E>() == 0 || ours.capacity() == exact);
            }
            Step::ShrinkToFit => {
                ours.shrink_to_fit();
                assert!(size_of::<E>() == 0 || ours.capacity() == len);
            }
            Step::ShrinkTo(n) => {
                let before = ours.capacity();
                ours.shrink_to(n);
                assert!(size_of::<E>() == 0 || ours.capacity() == before.min(len.max(n)));
            }
            Step::Retain(n) => {
                ours.retain(|value| value.number() % n != 0);
                theirs.retain(|value| value.number() % n != 0);
            }
            Step::RetainMut(n) => {
                let keep = |value: &mut E| {
                    let kept = !value.number().is_multiple_of(n);
                    *value = E::of(value.number() / 2);
                    kept
                };
                ours.retain_mut(keep);
                theirs.retain_mut(keep);
            }
            Step::Dedup => {
                ours.dedup();
                theirs.dedup();
            }
            Step::DedupBy => {
                let same = |later: &mut E, kept: &mut E| later.number() < kept.number();
                ours.dedup_by(same);
                theirs.dedup_by(same);
            }
            Step::DedupByKey => {
                ours.dedup_by_key(|value| value.number() / 3);
                theirs.dedup_by_key(|value| value.number() / 3);
            }
            Step::SplitOff(at, to) => {
                let at = at % (len + 1);
                let rest = (ours.split_off(at), theirs.split_off(at));
                (self.ours[to], self.theirs[to]) = rest;
                self.compare(to);
            }
            Step::Append(from) if from != which && lens[from] <= room => {
                let mut rest = std::mem::replace(&mut self.ours[from], PVec::new_in(self.home));
                self.ours[which].append(&mut rest);
                self.ours[from] = rest;
                let mut rest = std::mem::take(&mut self.theirs[from]);
                self.theirs[which].append(&mut rest);
                self.compare(from);
            }
            Step::Remove(_) | Step::SwapRemove(_) | Step::Append(_) => {}
            Step::IntoIter(front, back) => {
                let [front, back] = [front, back].map(|n| n % (len / 2 + 1));
                let ours = std::mem::replace(ours, PVec::new_in(self.home));
                let (mut ours, mut theirs) = (ours.into_iter(), std::mem::take(theirs).into_iter());
                assert_eq!(ours.len(), len);
                let mut pairs = ours.by_ref().zip(theirs.by_ref()).take(front);
                assert!(pairs.all(|(ours, theirs)| ours == theirs));
                let mut pairs = ours.by_ref().rev().zip(theirs.by_ref().rev()).take(back);
                assert!(pairs.all(|(ours, theirs)| ours == theirs));
                assert_eq!(ours.as_slice(), theirs.as_slice());
            }
            Step::Clone(to) => {
                let copies = (ours.clone(), theirs.clone());
                (self.ours[to], self.theirs[to]) = copies;
                self.compare(to);
            }
            Step::Spare(_) => {
                ours.reserve(fresh.len());
                let spare = ours.spare_capacity_mut();
                assert!(spare.len() >= fresh.len());
                for (place, value) in spare.iter_mut().zip(elements()) {
                    place.write(value);
                }
                // SAFETY: that many more were just written.
                unsafe { ours.set_len(len + fresh.len()) };
                theirs.extend(elements());
            }
            Step::Replace(n) => {
                *ours = PVec::try_with_capacity_in(n, self.home).expect("memory");
                assert!(ours.is_empty() && ours.capacity() >= n);
                *theirs = Vec::new();
            }
            Step::Neighbour(bytes) => {
                let mut block = PVec::try_with_capacity_in(bytes, self.home).expect("memory");
                block.resize(bytes, 0xcc);
                self.neighbours.push(block);
                if self.neighbours.len() > 3 {
                    self.neighbours.swap_remove(bytes % 4);
                }
            }
        }
        self.compare(which);
    }

    fn compare(&self, which: usize) {
        let (ours, theirs) = (&self.ours[which], &self.theirs[which]);
        assert!(ours == theirs, "vector {which} is not what it should be");
        assert!(ours.capacity() >= ours.len());
        let align = match self.home {
            Home::Phase(phase) if phase.kind() != zkarena::ArenaKind::Scratch => 64,
            _ => align_of::<E>(),
        };
        let has_bytes = ours.capacity() > 0 && size_of::<E>() > 0;
        assert!(!has_bytes || ours.as_ptr().addr().is_multiple_of(align));
    }

    /// Does one step, and looks at what became of the memory.
    fn watch(&mut self, which: usize, step: &Step, seen: &mut Seen) {
        let block = |vec: &PVec<'_, E>| (vec.as_ptr().addr(), vec.capacity() * size_of::<E>());
        let has_bytes = size_of::<E>() > 0;
        let before = has_bytes.then(|| block(&self.ours[which]));
        self.step(which, step);
        let Some((at, bytes)) = before else { return };
        let (now_at, now_bytes) = block(&self.ours[which]);
        if now_at != at && bytes > 0 {
            self.freed.insert(at);
        }
        seen.had_pages_of_its_own += usize::from(now_bytes >= 64 * KIB);
        if bytes > 0 && now_bytes > bytes {
            seen.grew_in_place += usize::from(now_at == at);
            seen.moved += usize::from(now_at != at);
        }
        if now_at != at && now_bytes > 0 {
            seen.took_over_a_freed_block += usize::from(self.freed.remove(&now_at));
        }
    }
}

/// Does random steps in one kind of home, and tells what became of the memory.
fn behaves_in<E: Element>(kind: usize) -> Seen {
    let seen = RefCell::new(Seen::default());
    let config = Config {
        // Of 25, the fewest blocks that were taken over were 4 (12 runs of each size), so none is not chance.
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&steps(size_of::<E>()), |steps| {
        let guard = PhaseGuard::root(&SITE, Plan::new());
        let phase = guard.handle();
        let homes = [phase, phase.witness(), phase.scratch()].map(Home::Phase);
        let home = homes.get(kind).copied().unwrap_or(Home::Heap);
        let mut twins = Twins::<E>::new(home);
        for (which, step) in &steps {
            twins.watch(*which, step, &mut seen.borrow_mut());
        }
        (0..VECTORS).for_each(|which| twins.compare(which));
        let intact = |block: &PVec<'_, u8>| block.iter().all(|&byte| byte == 0xcc);
        assert!(
            twins.neighbours.iter().all(intact),
            "a neighbour was written to"
        );
        drop(twins);
        assert_eq!(E::alive(), 0, "each is dropped");
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    seen.into_inner()
}

fn behaves<E: Element>() {
    for kind in 0..4 {
        let seen = behaves_in::<E>(kind);
        if size_of::<E>() == 0 {
            continue;
        }
        // Bumpalo's blocks neither grow nor come back here.
        assert!(kind >= 2 || seen.grew_in_place > 0, "{kind}: {seen:?}");
        assert!(
            kind >= 2 || seen.took_over_a_freed_block > 0,
            "{kind}: {seen:?}"
        );
        assert!(seen.moved > 0, "{kind}: {seen:?}");
        assert!(seen.had_pages_of_its_own > 0, "{kind}: {seen:?}");
    }
}

/// One test per size of element, each in a process of its own.
macro_rules! sizes {
    ($($name:ident: $element:ty, $size:literal;)*) => { $(
        #[test]
        fn $name() {
            const { assert!(size_of::<$element>() == $size) };
            if by_itself() {
                behaves::<$element>();
            }
        }
    )* };
}

sizes! {
    of_1_byte: u8, 1;
    of_12_bytes: [u32; 3], 12;
    of_20_bytes: [u32; 5], 20;
    of_24_bytes: [u64; 3], 24;
    of_48_bytes: [u64; 6], 48;
    of_96_bytes: [u64; 12], 96;
    of_no_bytes: Unit, 0;
    with_a_destructor: Counted, 16;
}

/// What people expect of a `Vec`, and of the slice it is: that it compiles is the test.
#[test]
fn the_methods_of_vec_are_there() {
    with_phase(|phase| {
        let mut vec = phase.vec_from(&[3u32, 1, 2]);
        vec.sort_unstable();
        vec.reverse();
        vec.swap(0, 2);
        assert_eq!(
            (vec.first(), vec.last(), vec.len()),
            (Some(&1), Some(&3), 3)
        );
        assert_eq!((vec[1], &vec[1..], vec.is_empty()), (2, &[2, 3][..], false));
        vec[0] = 5;
        vec.extend(&[6, 7]); // copies of what is borrowed
        vec.extend([8]);
        vec.iter_mut().for_each(|value| *value += 1);
        for value in &mut vec {
            *value -= 1;
        }
        let sum: u32 = (&vec).into_iter().sum();
        assert_eq!((sum, vec.iter().max()), (31, Some(&8)));
        assert_eq!(vec.chunks_exact(2).len(), 3);
        vec.fill(9);
        vec.copy_from_slice(&[1; 6]);
        vec.as_mut_slice()[0] = 2;
        assert!(vec.as_ptr() == vec.as_mut_ptr() && vec.contains(&2));
        assert!(vec == [2, 1, 1, 1, 1, 1] && vec > phase.vec_from(&[1]));
        assert_eq!(vec, vec![2, 1, 1, 1, 1, 1]);
        assert_eq!(format!("{:?}", &vec[..2]), "[2, 1]");
        let (_, spare): (&[u32], &mut [_]) = (&[], vec.spare_capacity_mut());
        spare.fill(std::mem::MaybeUninit::new(0));
        let slice: &[u32] = vec.as_ref();
        assert_eq!(slice.to_vec(), vec.to_vec());
        let leaked: &mut [u32] = vec.leak();
        leaked[0] = 1;
    });
}

#[test]
fn bytes_can_be_written_to_it() {
    let guard = PhaseGuard::root(&SITE, Plan::new().budget(64 * KIB));
    let mut proof = guard.handle().vec();
    write!(proof, "{:04}", 17).expect("room");
    assert_eq!(proof, *b"0017");
    let refused = proof.write(&vec![0; 65 * KIB]).expect_err("no room");
    assert_eq!(refused.kind(), ErrorKind::OutOfMemory);
    assert!(refused.to_string().contains("budget"), "{refused}");
    assert_eq!(proof, *b"0017");
}
