//! The report as a trace for `ui.perfetto.dev` and `chrome://tracing`: a slice per phase, memory as a counter.
#![forbid(unsafe_code)]

use super::{PhaseReport, Report, TimelinePoint};
use serde::Serialize;
use serde_json::{Value, json};

/// One process: numbers in a trace need not be those of the system.
const PROCESS: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trace {
    display_time_unit: &'static str,
    trace_events: Vec<Value>,
}

/// The trace as one JSON object.
pub(super) fn trace(report: &Report) -> String {
    let zero = zero(report);
    let lanes = Lanes::of(&report.phases);
    let phases = report.phases.iter().zip(&lanes.lane);
    let slices = phases.map(|(phase, &lane)| slice(phase, lane, zero));
    let points = report.timeline.iter().map(|point| counter(point, zero));
    let names = (0..lanes.count()).map(lane_name);
    let trace = Trace {
        display_time_unit: "ms",
        trace_events: [process_name()]
            .into_iter()
            .chain(names)
            .chain(slices)
            .chain(points)
            .collect(),
    };
    // Numbers and strings cannot fail to serialise.
    serde_json::to_string(&trace).unwrap_or_default()
}

/// When the trace begins: memory may be older than the first phase.
fn zero(report: &Report) -> i64 {
    let points = report.timeline.iter();
    let earliest = points.map(|point| nanoseconds(point.seconds)).min();
    earliest.unwrap_or_default().min(0)
}

fn process_name() -> Value {
    json!({"ph": "M", "name": "process_name", "pid": PROCESS, "args": {"name": "zkarena"}})
}

fn lane_name(lane: usize) -> Value {
    let name = format!("phases {}", lane + 1);
    json!({"ph": "M", "name": "thread_name", "pid": PROCESS, "tid": lane, "args": {"name": name}})
}

fn slice(phase: &PhaseReport, lane: usize, zero: i64) -> Value {
    json!({
        "ph": "X",
        "cat": "phase",
        "name": phase.name,
        "pid": PROCESS,
        "tid": lane,
        "ts": microseconds(start(phase) - zero),
        "dur": microseconds(end(phase) - start(phase)),
        "args": {
            "path": phase.path,
            "place": format!("{}:{}", phase.file, phase.line),
            "high-water bytes": phase.high_water_bytes,
            "allocated bytes": phase.allocated_bytes,
            "survivor bytes": phase.survivors.bytes,
            "minor faults": phase.minor_faults,
            "major faults": phase.major_faults,
        },
    })
}

fn counter(point: &TimelinePoint, zero: i64) -> Value {
    json!({
        "ph": "C",
        "name": "memory",
        "pid": PROCESS,
        "ts": microseconds(nanoseconds(point.seconds) - zero),
        "args": {
            "in use": point.in_use_bytes,
            "kept warm": point.backed_bytes.saturating_sub(point.in_use_bytes),
        },
    })
}

/// Slices of a lane have to lie in each other or apart, so phases that are open at the same time get lanes of
/// their own, unless the one is inside the other.
struct Lanes<'a> {
    /// Of each phase, in their order.
    lane: Vec<usize>,
    /// The phases that are open in each lane, from the outermost in.
    open: Vec<Vec<&'a PhaseReport>>,
}

impl<'a> Lanes<'a> {
    /// Lanes for phases in the order of their starts.
    fn of(phases: &'a [PhaseReport]) -> Self {
        let mut lanes = Self {
            lane: Vec::with_capacity(phases.len()),
            open: Vec::new(),
        };
        for phase in phases {
            let lane = lanes.place(phase);
            lanes.lane.push(lane);
            lanes.open[lane].push(phase);
        }
        lanes
    }

    fn count(&self) -> usize {
        self.open.len()
    }

    /// The lane of the phase around it, or else a free one.
    fn place(&mut self, phase: &PhaseReport) -> usize {
        for open in &mut self.open {
            while open.pop_if(|last| end(last) <= start(phase)).is_some() {}
        }
        let around =
            |open: &Vec<&PhaseReport>| open.last().is_some_and(|last| encloses(last, phase));
        let lane = self.open.iter().position(around);
        let lane = lane.or_else(|| self.open.iter().position(Vec::is_empty));
        lane.unwrap_or_else(|| {
            self.open.push(Vec::new());
            self.open.len() - 1
        })
    }
}

fn start(phase: &PhaseReport) -> i64 {
    nanoseconds(phase.started_seconds)
}

fn end(phase: &PhaseReport) -> i64 {
    start(phase) + nanoseconds(phase.wall_seconds)
}

/// What the report's seconds were made from: sums of seconds would not be exact.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number of nanoseconds that was whole before"
)]
fn nanoseconds(seconds: f64) -> i64 {
    (seconds * 1e9).round() as i64
}

/// Traces count in microseconds.
#[expect(clippy::cast_precision_loss, reason = "exact for months")]
fn microseconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / 1e3
}

/// Whether a phase is inside another one, by name and by time.
fn encloses(outer: &PhaseReport, inner: &PhaseReport) -> bool {
    let below = inner.path.strip_prefix(outer.path.as_str());
    below.is_some_and(|rest| rest.starts_with('/')) && end(inner) <= end(outer)
}
