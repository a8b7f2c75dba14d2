//! What a derived `plan` reserves is what `new_in` takes, whatever lies next to what.

use zkarena::{AllocError, ArenaAlloc, Bytes, PVec, PhaseAlloc, PhaseGuard, Plan, Poly, Site};
use zkarena::{Evals, Phase, PhaseStats};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("plan", module_path!(), file!(), line!());

/// From nothing over parts of a page to several chunks of the largest size.
const ROWS: [usize; 17] = [
    0, 1, 7, 8, 63, 64, 511, 512, 513, 1000, 4095, 4096, 8191, 8192, 16_385, 65_536, 150_001,
];

fn stats(phase: Phase<'_>) -> (Bytes, Bytes) {
    let PhaseStats { poly, witness, .. } = phase.stats();
    (poly.bytes, witness.bytes)
}

/// Opens a phase by the plan, and another one with what that takes for a budget.
fn exact<R>(plan: Plan, build: impl Fn(Phase<'_>) -> Result<R, AllocError>) {
    let guard = PhaseGuard::root(&SITE, plan);
    let reserved = guard.handle().stats().poly.bytes;
    drop(guard);
    let budget = usize::try_from(reserved.0).expect("fits");
    let mut guard = PhaseGuard::root(&SITE, plan.budget(budget));
    for _ in 0..2 {
        let phase = guard.handle();
        build(phase).unwrap_or_else(|error| panic!("{plan:?}: {error}"));
        assert_eq!(phase.stats().poly.high_water, reserved, "{plan:?}");
        guard.reset();
    }
}

#[derive(ArenaAlloc)]
#[arena(new(rows, blowup))]
struct Columns<'ph> {
    #[arena(len = rows)]
    trace: PVec<'ph, u64>,
    #[arena(reserve = rows * blowup)]
    lde: PVec<'ph, u64>,
    #[arena(poly, len = rows / 2)]
    twiddles: PVec<'ph, u64>,
}

#[test]
fn columns() {
    for rows in ROWS {
        for blowup in [0, 1, 4] {
            exact(Columns::plan(rows, blowup), |phase| {
                let columns = Columns::new_in(phase, rows, blowup)?;
                let Columns {
                    trace,
                    lde,
                    twiddles,
                } = &columns;
                assert_eq!((trace.len(), twiddles.len()), (rows, rows / 2));
                assert_eq!((lde.len(), lde.capacity()), (0, rows * blowup));
                Ok(())
            });
        }
    }
    // As it was first seen: three blocks of 32 KiB, 128 KiB and 16 KiB.
    let guard = PhaseGuard::root(&SITE, Columns::plan(4096, 4));
    assert_eq!(guard.handle().stats().poly.bytes, Bytes(176 << 10));
    let _columns = Columns::new_in(guard.handle(), 4096, 4).expect("room");
    assert_eq!(guard.handle().stats().poly.bytes, Bytes(176 << 10));
}

/// More than a cache line, and more than a page.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(256))]
struct Line(u8);

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(16384))]
struct Pages(u8);

/// Small blocks between those that start at a page, and elements that fit in none.
#[derive(ArenaAlloc)]
#[arena(new(n))]
struct Mixed<'ph> {
    #[arena(len = 1)]
    first: PVec<'ph, u8>,
    #[arena(len = n)]
    rows: PVec<'ph, [u64; 3]>,
    #[arena(len = 3)]
    second: PVec<'ph, u8>,
    #[arena(len = n, align = 1024)]
    aligned: PVec<'ph, [u8; 24]>,
    #[arena(len = 5)]
    third: PVec<'ph, u16>,
    #[arena(len = n % 70)]
    lines: PVec<'ph, Line>,
    #[arena(reserve = n, len = 7)]
    evals: Poly<'ph, u32, Evals>,
    #[arena(len = n, align = 128)]
    units: PVec<'ph, ()>,
    #[arena(len = n)]
    bytes: PVec<'ph, u8>,
}

#[test]
fn paddings_count() {
    for n in ROWS.into_iter().chain(4000..4200) {
        exact(Mixed::plan(n), |phase| {
            let mixed = Mixed::new_in(phase, n)?;
            assert!(mixed.aligned.as_ptr().addr().is_multiple_of(1024));
            assert!(mixed.lines.iter().all(|line| line.0 == 0));
            assert_eq!((mixed.units.len(), mixed.evals.len()), (n, 7));
            Ok(())
        });
    }
}

#[derive(ArenaAlloc)]
#[arena(new(n))]
struct Wide<'ph> {
    #[arena(len = n)]
    small: PVec<'ph, u8>,
    #[arena(len = 2)]
    pages: PVec<'ph, Pages>,
    #[arena(len = n)]
    more: PVec<'ph, u8>,
}

#[test]
fn elements_wider_than_a_page() {
    for n in [0, 1, 100, 4096, 5000, 100_000] {
        exact(Wide::plan(n), |phase| {
            let wide = Wide::new_in(phase, n)?;
            assert!(wide.pages.as_ptr().addr().is_multiple_of(16384));
            assert_eq!(wide.pages[1].0, 0);
            assert_eq!(wide.small.len(), wide.more.len());
            Ok(())
        });
    }
}

#[derive(ArenaAlloc)]
#[arena(new(rows))]
struct Secret<'ph> {
    #[arena(witness, len = rows)]
    values: PVec<'ph, u64>,
}

/// The reservation is one of the poly arena: what goes elsewhere is taken there, once.
#[test]
fn other_arenas_are_not_reserved_for() {
    assert_eq!(Secret::plan(1 << 20), Plan::new());
    let guard = PhaseGuard::root(&SITE, Secret::plan(1 << 14).budget(8 << 14));
    let phase = guard.handle();
    let secret = Secret::new_in(phase, 1 << 14).expect("room");
    assert_eq!(secret.values.len(), 1 << 14);
    assert_eq!(stats(phase), (Bytes(0), Bytes(8 << 14)));
}

#[derive(ArenaAlloc)]
#[arena(new(rows))]
struct Trace<'ph> {
    #[arena(len = rows)]
    public: PVec<'ph, u64>,
    #[arena(scratch, reserve = rows)]
    hints: PVec<'ph, u64>,
    #[arena(init = Secret::new_in(phase, rows)?)]
    secret: Secret<'ph>,
    #[arena(skip)]
    name: &'static str,
}

/// What an `init` builds by itself is not in the plan.
#[test]
fn nested_structs_take_what_they_need() {
    let guard = PhaseGuard::root(&SITE, Trace::plan(1 << 14));
    let phase = guard.handle();
    assert_eq!(stats(phase), (Bytes(8 << 14), Bytes(0)));
    let trace = Trace::new_in(phase, 1 << 14, "main").expect("room");
    assert_eq!(stats(phase), (Bytes(8 << 14), Bytes(8 << 14)));
    assert_eq!(trace.public.len(), trace.secret.values.len());
    assert_eq!((trace.hints.capacity(), trace.name), (1 << 14, "main"));
}

/// A size that no machine has is refused, and does not wrap around.
#[test]
fn absurd_sizes_are_refused() {
    let plan = Columns::plan(usize::MAX / 32, 16);
    PhaseGuard::try_root(&SITE, plan).expect_err("too large");
    PhaseGuard::try_root(&SITE, Mixed::plan(usize::MAX)).expect_err("too large");
}
