//! What a phase costs that does nothing.

use crate::figures::{Row, time};
use std::hint::black_box;
use std::time::Instant;
use zkarena::{PhaseGuard, Plan, Site};

static EMPTY: Site = Site::new("empty", module_path!(), file!(), line!());
static AROUND: Site = Site::new("around", module_path!(), file!(), line!());

const COUNT: usize = 200_000;

pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let rounds = if quick { 5 } else { 51 };
    let mut clock = |count| {
        for _ in 0..count {
            black_box([Instant::now(), Instant::now()]);
        }
    };
    let mut root = |count| {
        for _ in 0..count {
            drop(black_box(PhaseGuard::root(&EMPTY, Plan::new())));
        }
    };
    let [root, clock_then] = time(rounds, COUNT, [&mut root, &mut clock]);
    let around = PhaseGuard::root(&AROUND, Plan::new());
    let mut child = |count| {
        for _ in 0..count {
            drop(black_box(PhaseGuard::child(
                around.handle(),
                &EMPTY,
                Plan::new(),
            )));
        }
    };
    let [child, clock_now] = time(rounds, COUNT, [&mut child, &mut clock]);
    let row = |name, figures| {
        Row::new(
            name,
            "ns",
            figures,
            "two readings of the clock",
            "at most 100 ns",
        )
    };
    vec![
        row("an empty root phase", [root, clock_then]),
        row("an empty phase inside another", [child, clock_now]),
    ]
}
