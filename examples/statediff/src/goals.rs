//! What was to be reached, and whether it was.

use crate::access::LogQuery;
use crate::batch::Workload;
use crate::compare::{Compared, Results};
use crate::turn::{Taken, figure};
use crate::variant::{Mode, Part, Variant, name};
use serde::Serialize;
use zkarena::Bytes;
use zkarena_measure::stats::{count, ratio};

/// Entries lie in whole pages; each log can waste the end of one.
const PAGE: usize = 4096;
const LOGS: usize = 3;

/// A goal, and what was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Goal {
    /// What it is about.
    pub(crate) what: String,
    pub(crate) asked: &'static str,
    pub(crate) figure: String,
    pub(crate) met: bool,
}

/// Those that what was measured says something about.
pub(crate) fn goals(results: &Results) -> Vec<Goal> {
    let workloads = results.workloads.iter().flat_map(of_workload);
    workloads.chain(scratch(results)).collect()
}

fn of_workload(compared: &Compared) -> Vec<Goal> {
    let goals: &[fn(&Compared) -> Option<Goal>] = match compared.workload {
        Workload::W1 => &[skipped, recorded, reserved, doubling, of_three, of_five],
        Workload::W2 => &[of_three, of_five, time],
        Workload::W3 => &[of_three, of_five],
    };
    goals.iter().filter_map(|goal| goal(compared)).collect()
}

fn skipped(compared: &Compared) -> Option<Goal> {
    let trace = compared.first(Variant::Zkarena, Part::Trace, Some(Mode::Skip))?;
    let (built, taken) = (trace.built, trace.but_for_fold());
    let records = compared.workload.counts(1).records? * size_of::<LogQuery>();
    Some(Goal {
        what: "w1, skipped trace".to_owned(),
        asked: "no record built, at most a thousandth of their bytes",
        figure: format!(
            "{built} built, {} of {} for events of open frames",
            size(taken),
            size(records)
        ),
        met: built == 0 && taken <= records / 1000,
    })
}

fn recorded(compared: &Compared) -> Option<Goal> {
    let trace = compared.first(Variant::Zkarena, Part::Trace, Some(Mode::Record))?;
    Some(at_most(
        "w1, recorded trace in units of its records".to_owned(),
        ("at most 1.02x", 1.02),
        figure(trace.but_for_fold()) / figure(trace.payload_bytes),
    ))
}

fn reserved(compared: &Compared) -> Option<Goal> {
    let logs = compared.first(Variant::Zkarena, Part::Logs, None)?;
    let (most, last) = (logs.high_water_bytes, logs.payload_bytes);
    Some(Goal {
        what: "w1, reserved logs".to_owned(),
        asked: "high-water equals final size (in pages), 0 growths",
        figure: format!("{} of {}, {} growths", size(most), size(last), logs.growths),
        met: most <= last + LOGS * PAGE && logs.growths == 0,
    })
}

fn doubling(compared: &Compared) -> Option<Goal> {
    let ours = compared.first(Variant::Zkarena, Part::Logs, None)?;
    let bump = compared.first(Variant::Naive, Part::Bump, None)?;
    let times = figure(bump.high_water_bytes) / figure(ours.high_water_bytes);
    let resident = |taken: &Taken| Some(count(taken.rss_bytes?));
    let resident = ratio(resident(bump), resident(ours)).unwrap_or(f64::NAN);
    Some(Goal {
        what: "w1, logs that double in a bump arena".to_owned(),
        asked: "at least 3.3x",
        figure: format!("{times:.2}x of its chunks, {resident:.2}x resident"),
        met: times >= 3.3,
    })
}

fn of_three(compared: &Compared) -> Option<Goal> {
    of_maps(
        compared,
        (Variant::Merged, "three"),
        ("at most 0.52x", 0.52),
    )
}

fn of_five(compared: &Compared) -> Option<Goal> {
    of_maps(compared, (Variant::Naive, "five"), ("at most 0.35x", 0.35))
}

/// All that ours ever takes, in units of what is left of the maps without what they keep to undo.
fn of_maps(
    compared: &Compared,
    (peer, maps): (Variant, &str),
    goal: (&'static str, f64),
) -> Option<Goal> {
    let bytes = |variant, bytes: fn(&Taken) -> usize| {
        let taken = compared.first(variant, Part::Keyed, None)?;
        Some(figure(bytes(taken)))
    };
    let ours = bytes(Variant::Zkarena, |taken| taken.high_water_bytes)?;
    let theirs = bytes(peer, Taken::fact_bytes)?;
    let what = format!(
        "{}, keyed bytes in units of {maps} maps",
        name(&compared.workload)
    );
    Some(at_most(what, goal, ours / theirs))
}

fn time(compared: &Compared) -> Option<Goal> {
    let time = |variant| compared.median(variant, (Part::Keyed, None), Taken::nanoseconds);
    let ratio = time(Variant::Zkarena)? / time(Variant::Merged)?;
    let what = "w2, time per access in units of three maps".to_owned();
    Some(at_most(what, ("at most 0.60x", 0.6), ratio))
}

fn scratch(results: &Results) -> Option<Goal> {
    let all = results.scratch.last()?;
    let plateau = |bytes: usize| bytes == all.phased.high_water_bytes;
    let mut sizes = results
        .scratch
        .iter()
        .map(|pages| pages.phased.high_water_bytes);
    let flat = sizes.all(plateau);
    let times = figure(all.kept.high_water_bytes) / figure(all.phased.high_water_bytes);
    let most = size(all.phased.high_water_bytes);
    let course = if flat { "at every" } else { "but not at every" };
    Some(Goal {
        what: "scratch with a phase per transaction".to_owned(),
        asked: "as much for N, 2N, 4N transactions, at least 2.5x below keeping it",
        figure: format!("{most} {course} number of transactions, {times:.1}x below"),
        met: flat && times >= 2.5,
    })
}

fn at_most(what: String, (goal, limit): (&'static str, f64), ratio: f64) -> Goal {
    Goal {
        what,
        asked: goal,
        figure: format!("{ratio:.3}x"),
        met: ratio <= limit,
    }
}

/// For people.
pub(crate) fn size(bytes: usize) -> Bytes {
    Bytes(bytes as u64)
}
