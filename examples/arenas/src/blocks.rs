//! Blocks of one size on one thread, written once.

use crate::figures::{Row, time};
use bumpalo::Bump;
use std::hint::black_box;
use std::process::ExitCode;
use zkarena::{Phase, PhaseGuard, Plan, Site};

static SITE: Site = Site::new("blocks", module_path!(), file!(), line!());

/// What a round takes at most.
const BYTES: usize = 64 << 20;

const GOAL: &str = "at most 1.00 (`local`)";

pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let rounds = if quick { 5 } else { 51 };
    [
        compare::<8>(rounds),
        compare::<16>(rounds),
        compare::<32>(rounds),
        compare::<64>(rounds),
        compare::<128>(rounds),
        compare::<256>(rounds),
        compare::<512>(rounds),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn compare<const WORDS: usize>(rounds: usize) -> [Row; 2] {
    let (mut phase, mut local) = (open(), open());
    let mut bump = Bump::new();
    let count = (BYTES / (WORDS * 8)).min(100_000);
    let [phase, local, peer] = time(
        rounds,
        count,
        [
            &mut |count| {
                in_phase::<WORDS>(phase.handle(), count);
                phase.reset();
            },
            &mut |count| {
                in_local::<WORDS>(local.handle(), count);
                local.reset();
            },
            &mut |count| {
                in_bumpalo::<WORDS>(&bump, count);
                bump.reset();
            },
        ],
    );
    let row = |how: &str, ours: f64| {
        let name = format!("a block of {} B, {how}", WORDS * 8);
        Row::new(name, "ns", [ours, peer], "bumpalo", GOAL)
    };
    [row("`local`", local), row("`phase`", phase)]
}

fn open() -> PhaseGuard<'static> {
    PhaseGuard::root(&SITE, Plan::new())
}

#[inline(never)]
pub(crate) fn in_phase<const WORDS: usize>(phase: Phase<'_>, count: usize) {
    for n in 0..count {
        black_box(phase.alloc([n; WORDS]));
    }
}

#[inline(never)]
pub(crate) fn in_local<const WORDS: usize>(phase: Phase<'_>, count: usize) {
    let local = phase.local();
    for n in 0..count {
        black_box(local.alloc([n; WORDS]));
    }
}

#[inline(never)]
pub(crate) fn in_bumpalo<const WORDS: usize>(bump: &Bump, count: usize) {
    for n in 0..count {
        black_box(bump.alloc([n; WORDS]));
    }
}

/// Blocks of the loops that are counted; the chunks they need count, too.
pub(crate) const COUNTED: usize = 20_000;

/// Runs one loop and nothing else.
pub(crate) fn only(source: &str, bytes: &str) -> ExitCode {
    match bytes {
        "64" => once::<8>(source),
        "256" => once::<32>(source),
        "1024" => once::<128>(source),
        "4096" => once::<512>(source),
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

fn once<const WORDS: usize>(source: &str) {
    match source {
        "phase" => in_phase::<WORDS>(open().handle(), COUNTED),
        "local" => in_local::<WORDS>(open().handle(), COUNTED),
        _ => in_bumpalo::<WORDS>(&Bump::new(), COUNTED),
    }
}
