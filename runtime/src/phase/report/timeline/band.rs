//! A band: one run of a phase, or several that are too short to be seen one by one.
#![forbid(unsafe_code)]

use super::super::PhaseReport;
use super::frame::Frame;
use super::palette::{OTHERS, Palette};
use super::xml::{Text, width};
use crate::size::Bytes;
use std::fmt::{Formatter, Result};

/// Narrower runs are drawn this wide, and as one if they touch.
const THINNEST: f64 = 0.8;
/// Bands from this width on have an edge, and round corners.
const EDGED: f64 = 3.0;
const ROUND: f64 = 8.0;
/// Between an edge and the name.
const PADDING: f64 = 4.0;

/// One run or several.
#[derive(Clone, Debug)]
pub(super) struct Band<'a> {
    from: f64,
    to: f64,
    /// That of all runs, if they have one.
    colour: usize,
    longest: &'a PhaseReport,
    /// Whether all runs have one name.
    alike: bool,
    runs: usize,
    seconds: f64,
    high_water_bytes: u64,
}

impl<'a> Band<'a> {
    /// The band of one run.
    pub(super) fn of(phase: &'a PhaseReport, frame: &Frame, palette: &Palette) -> Self {
        Self {
            from: frame.x(phase.started_seconds),
            to: frame.x(phase.started_seconds + phase.wall_seconds),
            colour: palette.colour(phase),
            longest: phase,
            alike: true,
            runs: 1,
            seconds: phase.wall_seconds,
            high_water_bytes: phase.high_water_bytes,
        }
    }

    /// How many runs it stands for.
    pub(super) fn runs(&self) -> usize {
        self.runs
    }

    fn is_thin(&self) -> bool {
        self.runs > 1 || self.to - self.from < THINNEST
    }

    /// Whether the eye cannot tell it from the next.
    pub(super) fn joins(&self, next: &Self) -> bool {
        self.is_thin() && next.is_thin() && next.from - self.to < THINNEST
    }

    /// Takes the next one in.
    pub(super) fn join(&mut self, next: &Self) {
        self.to = next.to;
        self.runs += next.runs;
        self.seconds += next.seconds;
        self.high_water_bytes = self.high_water_bytes.max(next.high_water_bytes);
        self.alike &= self.longest.name == next.longest.name;
        if next.colour != self.colour {
            self.colour = OTHERS;
        }
        if next.longest.wall_seconds > self.longest.wall_seconds {
            self.longest = next.longest;
        }
    }

    /// Draws it from `y` on down; pointing at it tells name, seconds and, if `measured`, memory.
    pub(super) fn draw(
        &self,
        f: &mut Formatter<'_>,
        y: f64,
        height: f64,
        measured: bool,
    ) -> Result {
        let (from, colour, width) = (self.from, self.colour, (self.to - self.from).max(THINNEST));
        let edge = if width > EDGED { " edge" } else { "" };
        let round = if width.min(height) > ROUND { 2.5 } else { 0.0 };
        write!(
            f,
            "<rect class=\"c{colour}{edge}\" x=\"{from:.1}\" y=\"{y:.1}\" "
        )?;
        write!(
            f,
            "width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round}\"><title>"
        )?;
        self.tip(f, measured)?;
        writeln!(f, "</title></rect>")
    }

    fn tip(&self, f: &mut Formatter<'_>, measured: bool) -> Result {
        let (path, seconds) = (Text(&self.longest.path), duration(self.seconds));
        match self.runs {
            1 => write!(f, "{path}: {seconds}")?,
            runs => write!(f, "{runs} phases, the longest {path}: {seconds}")?,
        }
        let high_water = Bytes(self.high_water_bytes);
        if measured {
            write!(f, ", high-water mark {high_water}")
        } else {
            Ok(())
        }
    }

    /// Writes the longest form of the name that fits, if one does.
    pub(super) fn draw_name(&self, f: &mut Formatter<'_>, y: f64) -> Result {
        let room = self.to - self.from - 2.0 * PADDING;
        let Some(name) = self.names().into_iter().find(|name| width(name) <= room) else {
            return Ok(());
        };
        let (x, colour, name) = (self.from + PADDING, self.colour, Text(&name));
        writeln!(
            f,
            "<text class=\"on on{colour}\" x=\"{x:.1}\" y=\"{y:.1}\">{name}</text>"
        )
    }

    fn names(&self) -> [String; 2] {
        let (name, seconds, runs) = (self.longest.name, duration(self.seconds), self.runs);
        match (runs, self.alike) {
            (1, _) => [format!("{name} {seconds}"), name.to_owned()],
            (_, true) => [
                format!("{name} × {runs}, {seconds}"),
                format!("{name} × {runs}"),
            ],
            (_, false) => [
                format!("{runs} phases, {seconds}"),
                format!("{runs} phases"),
            ],
        }
    }
}

/// Seconds with three digits.
fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        1.0.. => (seconds, "s"),
        1e-3.. => (seconds * 1e3, "ms"),
        _ => (seconds * 1e6, "µs"),
    };
    let digits = match value {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}")
}
