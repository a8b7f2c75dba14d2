//! Memory over time: an area for what is in use, a line for what is backed.
#![forbid(unsafe_code)]

use super::super::{PhaseReport, Report, TimelinePoint};
use super::frame::{Frame, LEFT, RIGHT, TOP, real, steps};
use super::palette::{OUTSIDE, Palette};
use std::fmt::{Formatter, Result};

/// Width of the columns that are coloured.
const COLUMN: f64 = 0.5;

/// A line that goes up and down more often, in heights of the plot, would be all that is seen.
const MOST_OUTLINED: f64 = 60.0;

/// What the plot shows.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    /// Memory from here to the next; the first is at the left edge.
    steps: Vec<TimelinePoint>,
    runs: Vec<Run>,
}

/// A stretch of one colour.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    from: f64,
    to: f64,
    colour: usize,
}

impl Curve {
    /// The samples in the window, and who was at work.
    pub(super) fn of(report: &Report, frame: &Frame, palette: &Palette) -> Self {
        let steps = steps(&report.timeline, frame.from, frame.to);
        let runs = if steps.is_empty() {
            Vec::new()
        } else {
            runs(report, frame, palette)
        };
        Self { steps, runs }
    }

    /// The sample with the most bytes in use; the earliest of several.
    pub(super) fn peak(&self) -> Option<&TimelinePoint> {
        self.steps.iter().rev().max_by_key(|step| step.in_use_bytes)
    }

    /// How much of the width has this colour.
    pub(super) fn width_of(&self, colour: usize) -> f64 {
        let runs = self.runs.iter().filter(|run| run.colour == colour);
        runs.map(|run| run.to - run.from).sum()
    }

    /// Draws area, line and base.
    pub(super) fn draw(&self, f: &mut Formatter<'_>, frame: &Frame) -> Result {
        for colour in 0..=OUTSIDE {
            self.area(f, frame, colour)?;
        }
        self.line(f, frame, "backed", |step| {
            step.backed_bytes.max(step.in_use_bytes)
        })?;
        if self.travel(frame) < MOST_OUTLINED * (frame.bottom - TOP) {
            self.line(f, frame, "used", |step| step.in_use_bytes)?;
        }
        writeln!(
            f,
            "<path class=\"base\" d=\"M{LEFT} {:.1}H{RIGHT}\"/>",
            frame.bottom
        )
    }

    /// How far the upper edge goes up and down.
    fn travel(&self, frame: &Frame) -> f64 {
        let heights = self
            .steps
            .iter()
            .map(|step| frame.y(real(step.in_use_bytes)));
        let next = heights.clone().skip(1);
        heights.zip(next).map(|(a, b)| (a - b).abs()).sum()
    }

    fn area(&self, f: &mut Formatter<'_>, frame: &Frame, colour: usize) -> Result {
        if self.width_of(colour) == 0.0 {
            return Ok(());
        }
        write!(f, "<path class=\"area c{colour}\" d=\"")?;
        for run in self.runs.iter().filter(|run| run.colour == colour) {
            self.outline(f, frame, run.from..run.to, |step| step.in_use_bytes)?;
            write!(f, "V{:.1}H{:.1}Z", frame.bottom, run.from)?;
        }
        writeln!(f, "\"/>")
    }

    fn line(
        &self,
        f: &mut Formatter<'_>,
        frame: &Frame,
        class: &str,
        bytes: fn(&TimelinePoint) -> u64,
    ) -> Result {
        if self.steps.is_empty() {
            return Ok(());
        }
        write!(f, "<path class=\"{class}\" d=\"")?;
        self.outline(f, frame, LEFT..RIGHT, bytes)?;
        writeln!(f, "\"/>")
    }

    /// The upper edge between two places, as path commands.
    fn outline(
        &self,
        f: &mut Formatter<'_>,
        frame: &Frame,
        over: std::ops::Range<f64>,
        bytes: fn(&TimelinePoint) -> u64,
    ) -> Result {
        let x = |step: &TimelinePoint| frame.x(step.seconds);
        let y = |step: &TimelinePoint| frame.y(real(bytes(step)));
        let inside = self.steps.partition_point(|step| x(step) <= over.start);
        let held = &self.steps[inside.saturating_sub(1)];
        write!(f, "M{:.1} {:.1}", over.start, y(held))?;
        for step in self.steps[inside..]
            .iter()
            .take_while(|step| x(step) < over.end)
        {
            write!(f, "H{:.1}V{:.1}", x(step), y(step))?;
        }
        write!(f, "H{:.1}", over.end)
    }
}

/// The colours of the innermost phases from left to right.
fn runs(report: &Report, frame: &Frame, palette: &Palette) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let columns = (0u16..)
        .map(|column| LEFT + f64::from(column) * COLUMN)
        .take_while(|&x| x < RIGHT);
    for from in columns {
        let to = from + COLUMN;
        let inside = innermost(&report.phases, frame.seconds(from + COLUMN / 2.0));
        let colour = inside.map_or(OUTSIDE, |phase| palette.colour(phase));
        match runs.last_mut() {
            Some(last) if last.colour == colour => last.to = to,
            _ => runs.push(Run { from, to, colour }),
        }
    }
    runs
}

/// The deepest phase at a moment; of several, the one that started last.
pub(super) fn innermost(phases: &[PhaseReport], seconds: f64) -> Option<&PhaseReport> {
    let begun = &phases[..phases.partition_point(|phase| phase.started_seconds <= seconds)];
    let open = begun
        .iter()
        .filter(|phase| seconds <= phase.started_seconds + phase.wall_seconds);
    open.max_by_key(|phase| phase.depth)
}
