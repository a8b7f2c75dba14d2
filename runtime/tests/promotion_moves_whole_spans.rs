//! What has pages of its own changes phases without being copied, and the books of both agree.
#![allow(
    clippy::large_stack_arrays,
    reason = "the value of a box is made on the stack, and what it is compared with may be"
)]

mod common;

use common::child::by_itself;
use common::memory::{own_minor_faults, reads_zero, resident};
use common::{PAGE, size};
use std::cell::Cell;
use std::rc::Rc;
use std::thread;
use zkarena::{
    ArenaAlloc, Bytes, Coeffs, Detach, Home, PBox, PVec, Phase, PhaseAlloc, PhaseGuard, Plan, Poly,
    Retention, Site, report, set_retention,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());
static SOURCE: Site = Site::new("source", module_path!(), file!(), line!());
static TARGET: Site = Site::new("target", module_path!(), file!(), line!());

const ROWS: usize = 20_000;
const TABLE: usize = 70_000;
const SCALARS: usize = 30_000;

#[derive(ArenaAlloc, Detach)]
struct Trace<'ph> {
    rows: PVec<'ph, u64>,
    inner: Option<Box<Inner<'ph>>>,
}

#[derive(ArenaAlloc, Detach)]
struct Inner<'ph> {
    table: PBox<'ph, [u8; TABLE]>,
    scalars: Poly<'ph, u32, Coeffs>,
}

/// The pages of a trace.
const BYTES: usize = whole(8 * ROWS) + whole(TABLE) + whole(4 * SCALARS);

const fn whole(bytes: usize) -> usize {
    bytes.next_multiple_of(PAGE)
}

impl<'ph> Trace<'ph> {
    fn new(phase: Phase<'ph>) -> Self {
        let mut scalars = phase.vec_with(SCALARS);
        scalars.extend(0..30_000);
        Self {
            rows: phase.vec_from(&[7; ROWS]),
            inner: Some(Box::new(Inner {
                table: phase.boxed([9; TABLE]),
                scalars: scalars.into(),
            })),
        }
    }

    fn inner(&self) -> &Inner<'ph> {
        self.inner.as_deref().expect("a trace has both")
    }

    fn addresses(&self) -> [usize; 3] {
        let Inner { table, scalars } = self.inner();
        [
            self.rows.as_ptr().addr(),
            table.as_ptr().addr(),
            scalars.as_ptr().addr(),
        ]
    }

    fn check(&self) {
        let Inner { table, scalars } = self.inner();
        assert_eq!(self.rows[..], [7; ROWS]);
        assert!(table.iter().all(|&byte| byte == 9));
        assert!(scalars.iter().copied().eq(0..30_000));
    }
}

/// What the poly and witness arenas of a phase hold.
fn books(phase: Phase<'_>) -> [usize; 2] {
    let stats = phase.stats();
    [stats.poly.bytes, stats.witness.bytes].map(|Bytes(bytes)| size(bytes))
}

fn in_use() -> usize {
    size(report().heap().in_use_bytes)
}

/// Moves a trace out of `from` and looks at everything that could tell that it was copied.
fn check_move<'from, 'to>(
    from: Phase<'from>,
    to: Option<Phase<'to>>,
    go: impl FnOnce(Trace<'from>) -> Trace<'to>,
) {
    let empty = in_use();
    let trace = Trace::new(from);
    let (at, full) = (trace.addresses(), in_use());
    assert_eq!((books(from), full - empty), ([BYTES, 0], BYTES));
    let faults = own_minor_faults();
    let moved = go(trace);
    let faults = own_minor_faults() - faults;
    assert_eq!(moved.addresses(), at, "nothing moved");
    assert_eq!(books(from), [0, 0]);
    assert_eq!(
        to.map_or([BYTES, 0], books),
        [BYTES, 0],
        "all of it arrived"
    );
    assert_eq!(in_use(), full);
    assert!(faults < 8, "{faults} faults: somebody touched the pages");
    moved.check();
    drop(moved);
    assert_eq!(to.map_or([0, 0], books), [0, 0]);
    assert_eq!(in_use(), empty);
}

/// The budget of the outer phase has room for the trace once: on the way it is counted once, too.
#[test]
fn to_a_parent() {
    if !by_itself() {
        return;
    }
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(BYTES));
    let source = PhaseGuard::child(outer.handle(), &SOURCE, Plan::new());
    for _ in 0..2 {
        check_move(source.handle(), Some(outer.handle()), |trace| {
            trace.promote(outer.handle())
        });
    }
}

#[test]
fn to_a_sibling() {
    if !by_itself() {
        return;
    }
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(BYTES));
    let source = PhaseGuard::child(outer.handle(), &SOURCE, Plan::new());
    let target = PhaseGuard::child(outer.handle(), &TARGET, Plan::new());
    for _ in 0..2 {
        check_move(source.handle(), Some(target.handle()), |trace| {
            let trace = trace.promote(target.handle());
            let refused = outer
                .handle()
                .try_alloc(0u8)
                .expect_err("no room beside it");
            assert!(refused.is_over_limit());
            trace
        });
    }
}

#[test]
fn to_an_unrelated_phase() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new().budget(BYTES));
    let source = PhaseGuard::root(&SOURCE, Plan::new().budget(BYTES));
    for _ in 0..2 {
        check_move(source.handle(), Some(target.handle()), |trace| {
            trace.promote(target.handle())
        });
    }
}

#[test]
fn to_the_heap() {
    if !by_itself() {
        return;
    }
    let outer = PhaseGuard::root(&OUTER, Plan::new().budget(BYTES));
    let source = PhaseGuard::child(outer.handle(), &SOURCE, Plan::new());
    for _ in 0..2 {
        check_move(source.handle(), None, Trace::detach);
    }
}

#[test]
fn the_room_they_leave_is_free() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new().budget(BYTES));
    let promoted = Trace::new(source.handle()).promote(target.handle());
    let detached = Trace::new(source.handle()).detach();
    let third = Trace::new(source.handle());
    promoted.check();
    detached.check();
    third.check();
}

/// Neither read nor written: pages without memory behind them have none afterwards.
#[test]
fn untouched_pages_stay_untouched() {
    const LARGE: usize = 64 << 20;
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let before = resident();
    let zeros = source.handle().vec_zeroed::<u8>(LARGE);
    let at = zeros.as_ptr();
    let zeros = zeros.promote(target.handle()).detach();
    assert_eq!(zeros.as_ptr(), at);
    assert!(resident() - before < LARGE / 64);
}

#[test]
fn nobody_is_left_a_survivor() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::child(target.handle(), &SOURCE, Plan::new());
    let promoted = Trace::new(source.handle()).promote(target.handle());
    let detached = promoted.rows.clone().promote(source.handle()).detach();
    drop(source);
    promoted.check();
    drop(promoted);
    drop(target);
    assert_eq!(detached[..], [7; ROWS]);
    let report = report();
    for phase in report.phases() {
        let left = phase.survivors;
        assert_eq!((left.bytes, left.blocks), (0, 0), "{}", phase.name);
    }
    assert_eq!(report.phases().len(), 2);
}

#[test]
fn small_ones_are_copied() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let (to, from) = (target.handle(), source.handle());
    let small = from.vec_from(&[1u64, 2, 3]);
    let first = from.boxed(4u8);
    let (at, chunk) = (small.as_ptr(), books(from));
    let moved = (small, first).promote(to);
    assert_ne!(moved.0.as_ptr(), at);
    assert_eq!((&moved.0[..], *moved.1), (&[1, 2, 3][..], 4));
    assert_eq!(books(from), chunk, "its chunk stays");
    assert_eq!(books(to), chunk, "and another begins");
    let detached = moved.0.detach();
    assert!(matches!(detached.home(), Home::Heap));
    assert_eq!(detached[..], [1, 2, 3]);
}

/// Whatever its size: the chunk holds others' blocks, too.
#[test]
fn what_lies_in_a_reserved_chunk_is_copied() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new().reserve(4 << 20));
    let (to, from) = (target.handle(), source.handle());
    let before = books(from);
    let rows = from.vec_from(&[7u64; ROWS]);
    let neighbour = from.copy(&[8u64; 100]);
    let at = rows.as_ptr();
    let rows = rows.promote(to);
    assert_ne!(rows.as_ptr(), at);
    assert_eq!((books(from), books(to)), (before, [whole(8 * ROWS), 0]));
    assert_eq!((rows[..] == [7; ROWS], &*neighbour), (true, &[8; 100][..]));
    let detached = from.vec_from(&[6u64; ROWS]).detach();
    assert_eq!(detached[..], [6; ROWS]);
}

#[test]
fn nothing_moves_like_something() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let (to, from) = (target.handle(), source.handle());
    let empty = from.vec::<u64>().promote(to);
    let units = from.vec_from(&[(); 1000]).promote(to);
    assert_eq!((empty.len(), empty.capacity(), units.len()), (0, 0, 1000));
    assert_eq!((books(from), books(to)), ([0, 0], [0, 0]));
    assert_eq!((empty.detach().len(), units.detach().len()), (0, 1000));
    // Room without elements is room all the same.
    let room = from.vec_with::<u64>(ROWS);
    let at = room.as_ptr();
    let room = room.promote(to);
    assert_eq!((room.as_ptr(), room.capacity()), (at, ROWS));
    assert_eq!((books(from), books(to)), ([0, 0], [whole(8 * ROWS), 0]));
}

/// A value that was refused is gone, and on nobody's books; a copy that was refused leaves it alone.
#[test]
fn a_refusal_is_an_error() {
    if !by_itself() {
        return;
    }
    // The rows and the table are admitted, and then the scalars are not.
    let budget = BYTES - PAGE;
    let target = PhaseGuard::root(&TARGET, Plan::new().budget(budget));
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let (to, from) = (target.handle(), source.handle());
    let empty = in_use();
    let trace = Trace::new(from);
    let at = trace.addresses();
    let refused = trace.try_copy_into(to).map(drop).expect_err("no room");
    assert!(refused.is_over_limit());
    assert_eq!(refused.bytes(), whole(4 * SCALARS));
    assert_eq!((trace.addresses(), books(from)), (at, [BYTES, 0]));
    trace.check();
    let refused = trace.try_promote(to).map(drop).expect_err("no room");
    assert!(refused.is_over_limit());
    assert_eq!(refused.bytes(), whole(4 * SCALARS));
    assert!(
        refused
            .to_string()
            .starts_with("phase `target` has a budget"),
        "{refused}"
    );
    assert_eq!((books(from), books(to)), ([0, 0], [0, 0]));
    assert_eq!(in_use(), empty);
    assert!(
        to.try_vec_zeroed::<u8>(budget).is_ok(),
        "all the room there was"
    );
}

/// A common ancestor's budget is none of a promotion's business, but one around the target is.
#[test]
fn budgets_around_the_target_count() {
    if !by_itself() {
        return;
    }
    let around = PhaseGuard::root(&OUTER, Plan::new().budget(whole(8 * ROWS)));
    let target = PhaseGuard::child(around.handle(), &TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let (to, from) = (target.handle(), source.handle());
    let rows = from.vec_from(&[7u64; ROWS]).promote(to);
    let more = from.vec_from(&[7u64; ROWS]);
    let refused = more.try_promote(to).expect_err("no room around it");
    assert!(
        refused.to_string().starts_with("phase `outer`"),
        "{refused}"
    );
    drop(rows);
    assert!(from.vec_from(&[7u64; ROWS]).try_promote(to).is_ok());
}

#[test]
fn elements_are_dropped_once() {
    #[derive(Clone)]
    struct Counted(Rc<Cell<usize>>, [u64; 9]);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new().budget(1 << 20));
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    for len in [0, 1, 10, 5000, 20_000] {
        let drops = Rc::new(Cell::new(0));
        let values = || {
            let mut vec = source.handle().vec();
            vec.extend((0..len).map(|_| Counted(drops.clone(), [5; 9])));
            drops.set(0);
            vec
        };
        let moved = values().try_promote(target.handle());
        assert_eq!(moved.is_ok(), len < 20_000, "the budget is 1 MiB");
        assert_eq!(drops.get(), if moved.is_ok() { 0 } else { len });
        drop(moved);
        assert_eq!(drops.replace(0), len);
        let detached = values().detach();
        assert_eq!(drops.get(), 0);
        assert!(detached.iter().all(|value| value.1 == [5; 9]));
        drop(detached);
        assert_eq!(drops.replace(0), len);
        let boxed = source.handle().boxed([const { Cell::new(3u8) }; TABLE]);
        assert_eq!(boxed.promote(target.handle())[TABLE - 1].get(), 3);
    }
}

/// The new owner goes on as if the pages had always been its own.
#[test]
fn moved_vectors_live_on() {
    if !by_itself() {
        return;
    }
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let (to, from) = (target.handle(), source.handle());
    let empty = in_use();
    let rows = || from.vec_from(&[7u64; ROWS]);
    let check = |rows: &mut PVec<'_, u64>, held: &dyn Fn() -> usize| {
        let before = held();
        rows.extend(std::iter::repeat_n(8, ROWS));
        assert!(rows[..ROWS] == [7; ROWS] && rows[ROWS..] == [8; ROWS]);
        assert_eq!(
            held() - before,
            whole(8 * rows.capacity()) - whole(8 * ROWS)
        );
        rows.truncate(10_000);
        rows.shrink_to_fit();
        assert_eq!(rows[..], [7; 10_000]);
        assert_eq!(held() + whole(8 * ROWS), before + whole(80_000));
        rows.truncate(1);
        rows.shrink_to_fit();
        rows.clear();
        rows.shrink_to_fit();
        rows.push(9);
        assert_eq!(rows[..], [9]);
    };
    check(&mut rows().promote(to), &|| books(to)[0]);
    let mut detached = rows().detach();
    check(&mut detached, &in_use);
    assert!(
        matches!(detached.home(), Home::Heap),
        "what a copy of it is made in"
    );
    assert_eq!(detached.clone().into_iter().collect::<Vec<_>>(), [9]);
    // A detached vector stays where it is when it is detached again.
    let again = rows().detach();
    let at = again.as_ptr();
    let again = again.detach();
    assert_eq!((again.as_ptr(), books(from)), (at, [0, 0]));
    // It comes back by being copied, and so it becomes a `Vec`, which could not free its pages.
    let back = again.copy_into(to);
    assert!(back[..] == [7; ROWS]);
    let plain = Vec::from(again);
    assert!(plain == [7; ROWS] && plain.as_ptr() != at);
    let at = plain.as_ptr();
    let (plain, grown) = (PVec::from(plain).detach(), Vec::from(rows().detach()));
    assert_eq!(plain.as_ptr(), at, "a `Vec` is detached as it is");
    drop((plain, grown));
    drop((back, detached));
    assert_eq!(
        in_use() - books(to)[0],
        empty,
        "but for the chunk of the small ones"
    );
}

/// A witness's pages stay a witness's, or are left behind; in either case they are wiped before anybody else has them.
#[test]
fn a_witness_is_wiped_wherever_it_goes() {
    const LEN: usize = 100_000;
    if !by_itself() {
        return;
    }
    set_retention(Retention::Retain); // or what is given back would read zero, too
    let target = PhaseGuard::root(&TARGET, Plan::new());
    let source = PhaseGuard::root(&SOURCE, Plan::new());
    let (to, from) = (target.handle(), source.handle());
    let secret = || from.witness().vec_from(&[0x5e_u8; LEN]);
    let is_wiped = |at: usize| reads_zero(at, LEN);

    let open = from.vec_from(&[0x5e_u8; LEN]);
    let at = open.as_ptr().addr();
    drop(open);
    assert!(!is_wiped(at), "or this test would not see a thing");

    let kept = secret();
    let at = kept.as_ptr().addr();
    let kept = kept.promote(to.witness());
    assert_eq!(kept.as_ptr().addr(), at);
    assert_eq!((books(from), books(to)), ([0, 0], [0, whole(LEN)]));
    assert!(!is_wiped(at));
    drop(kept);
    assert!(is_wiped(at), "by its new phase");

    let open = secret();
    let at = open.as_ptr().addr();
    let open = open.promote(to);
    assert_ne!(open.as_ptr().addr(), at);
    assert_eq!((books(from), books(to)), ([0, 0], [whole(LEN), 0]));
    assert!(is_wiped(at), "what stayed behind");

    let detached = secret();
    let at = detached.as_ptr().addr();
    let detached = detached.detach();
    assert!(is_wiped(at), "what stayed behind");
    let boxed = from.witness().boxed([0x5e_u8; LEN]);
    let at = boxed.as_ptr().addr();
    let boxed = boxed.detach();
    // The copy may lie where the box was.
    assert!(
        boxed.as_ptr().addr() == at || is_wiped(at),
        "what stayed behind"
    );
    assert_eq!(books(from), [0, 0]);
    assert_eq!((detached[0], boxed[LEN - 1]), (0x5e, 0x5e));

    let at = secret().promote(to.witness()).leak().as_ptr().addr();
    assert!(!is_wiped(at));
    drop(open);
    drop(target);
    assert!(is_wiped(at), "when its new phase ended");
}

/// Two phases whose threads hand blocks to each other wait for nobody, and lose nothing.
#[test]
fn in_both_directions_at_once() {
    if !by_itself() {
        return;
    }
    let first = PhaseGuard::root(&SOURCE, Plan::new());
    let second = PhaseGuard::root(&TARGET, Plan::new());
    let (first, second) = (first.handle(), second.handle());
    let empty = in_use();
    let volley = |here: Phase<'_>, there: Phase<'_>, value: u64| {
        for _ in 0..200 {
            let rows = here.vec_from(&[value; ROWS]).promote(there).promote(here);
            let rows = rows.promote(there);
            assert!(rows[..] == [value; ROWS]);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| volley(first, second, 1));
        scope.spawn(|| volley(second, first, 2));
    });
    assert_eq!((books(first), books(second)), ([0, 0], [0, 0]));
    assert_eq!(in_use(), empty);
}
