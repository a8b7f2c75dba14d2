//! Where time and memory lie on the picture.
#![forbid(unsafe_code)]

use super::super::{Report, TimelinePoint};

/// Width of the picture.
pub(super) const WIDTH: f64 = 1000.0;
/// Baseline of the title.
pub(super) const TITLE: f64 = 27.0;
/// Edges of the plot.
pub(super) const LEFT: f64 = 76.0;
pub(super) const RIGHT: f64 = 984.0;
pub(super) const TOP: f64 = 70.0;

const PLOT_HEIGHT: f64 = 204.0;
/// Without samples the plot only says so.
const EMPTY_HEIGHT: f64 = 24.0;

/// Shown before the first phase and behind the last, as a share of the time between.
const MARGIN: f64 = 0.03;
/// The shortest time that fills a picture.
const SHORTEST: f64 = 1e-6;
/// The least memory that fills the plot.
const LEAST: f64 = 65_536.0;

/// The window of time and the height of memory that the plot shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    /// First second shown.
    pub(super) from: f64,
    /// Last second shown.
    pub(super) to: f64,
    /// Bytes at the upper edge.
    pub(super) top_bytes: f64,
    /// Whether there are samples of memory.
    pub(super) sampled: bool,
    /// Lower edge of the plot.
    pub(super) bottom: f64,
}

impl Frame {
    /// The window that shows all phases and a little of what was before and after.
    pub(super) fn of(report: &Report) -> Self {
        let (from, to) = window(report);
        let shown = steps(&report.timeline, from, to);
        let most = shown
            .iter()
            .map(|step| step.in_use_bytes.max(step.backed_bytes))
            .max();
        let height = if most.is_some() {
            PLOT_HEIGHT
        } else {
            EMPTY_HEIGHT
        };
        Self {
            from,
            to,
            top_bytes: real(most.unwrap_or(0)).max(LEAST),
            sampled: most.is_some(),
            bottom: TOP + height,
        }
    }

    /// Where a moment lies, within the edges.
    pub(super) fn x(&self, seconds: f64) -> f64 {
        let share = (seconds - self.from) / (self.to - self.from);
        LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    /// Which moment lies there.
    pub(super) fn seconds(&self, x: f64) -> f64 {
        self.from + (x - LEFT) / (RIGHT - LEFT) * (self.to - self.from)
    }

    /// Where a number of bytes lies.
    pub(super) fn y(&self, bytes: f64) -> f64 {
        self.bottom - bytes / self.top_bytes * (self.bottom - TOP)
    }
}

/// A number of bytes to draw with.
#[expect(clippy::cast_precision_loss, reason = "a pixel is coarser")]
pub(super) fn real(bytes: u64) -> f64 {
    bytes as f64
}

fn window(report: &Report) -> (f64, f64) {
    let (from, to) = match (phases(report), samples(&report.timeline)) {
        (Some(phases), Some(samples)) => around(phases, samples),
        (phases, samples) => phases.or(samples).unwrap_or((0.0, 1.0)),
    };
    (from, to.max(from + SHORTEST))
}

/// The phases, and a margin of what was sampled on either side.
fn around((start, end): (f64, f64), (first, last): (f64, f64)) -> (f64, f64) {
    let margin = MARGIN * (end - start);
    (
        first.clamp(start - margin, start),
        last.clamp(end, end + margin),
    )
}

fn phases(report: &Report) -> Option<(f64, f64)> {
    let ends = report
        .phases
        .iter()
        .map(|phase| phase.started_seconds + phase.wall_seconds);
    let starts = report.phases.iter().map(|phase| phase.started_seconds);
    Some((starts.reduce(f64::min)?, ends.reduce(f64::max)?))
}

fn samples(points: &[TimelinePoint]) -> Option<(f64, f64)> {
    Some((points.first()?.seconds, points.last()?.seconds))
}

/// The samples in a window, after the one that holds at its start.
pub(super) fn steps(points: &[TimelinePoint], from: f64, to: f64) -> Vec<TimelinePoint> {
    if points.is_empty() {
        return Vec::new();
    }
    let inside = points.partition_point(|point| point.seconds <= from);
    let nothing = TimelinePoint {
        seconds: from,
        in_use_bytes: 0,
        backed_bytes: 0,
    };
    let held = points[..inside]
        .last()
        .map_or(nothing, |last| TimelinePoint {
            seconds: from,
            ..*last
        });
    let shown = points[inside..]
        .iter()
        .take_while(|point| point.seconds <= to);
    std::iter::once(held).chain(shown.copied()).collect()
}
