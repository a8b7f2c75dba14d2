//! Rows of bands by depth; runs at the same time lie in rows of their own.
#![forbid(unsafe_code)]

use super::super::{AllocatorState, PhaseReport, Report};
use super::band::Band;
use super::frame::{Frame, LEFT, RIGHT};
use super::palette::Palette;
use std::fmt::{Formatter, Result};

/// Between the plot and the rows, and between rows.
const GAP: f64 = 8.0;
const SEAM: f64 = 2.0;
/// Room for all rows, and the height of one.
const ROOM: f64 = 168.0;
const TALLEST: f64 = 20.0;
/// Rows that find room.
const MOST_ROWS: u8 = 24;
/// Rows from this height on have names.
const NAMED: f64 = 15.0;
/// Ends and starts nearer than this do not overlap, whatever rounding did to them.
const CLOCK: f64 = 2e-9;

/// All rows.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'a> {
    rows: Vec<Row<'a>>,
    /// Phases in rows that found no room.
    left_out: usize,
    top: f64,
    /// Height of a row.
    height: f64,
    /// Whether phases know their memory.
    measured: bool,
}

/// Runs of one depth, one after the other.
#[derive(Clone, Debug)]
struct Row<'a> {
    depth: u32,
    /// When the last run ended.
    ended: f64,
    bands: Vec<Band<'a>>,
}

impl<'a> Lanes<'a> {
    /// The rows of a report's phases.
    pub(super) fn of(report: &'a Report, frame: &Frame, palette: &Palette) -> Self {
        let rows = fitting(rows(&report.phases, frame, palette));
        let shown: usize = rows.iter().flat_map(|row| &row.bands).map(Band::runs).sum();
        Self {
            left_out: report.phases.len() - shown,
            top: frame.bottom + GAP,
            height: (ROOM / real(rows.len().max(1))).min(TALLEST),
            measured: report.allocator == AllocatorState::Installed,
            rows,
        }
    }

    /// The lower edge of the last row, or of the remark below it.
    pub(super) fn bottom(&self) -> f64 {
        let remark = if self.remark().is_some() {
            TALLEST
        } else {
            0.0
        };
        self.y(self.rows.len()) + remark
    }

    /// The upper edge of a row.
    fn y(&self, row: usize) -> f64 {
        self.top + self.height * real(row)
    }

    /// Draws rows from the top.
    pub(super) fn draw(&self, f: &mut Formatter<'_>) -> Result {
        for (at, row) in self.rows.iter().enumerate() {
            self.row(f, row, self.y(at) + SEAM / 2.0)?;
        }
        self.depths(f)?;
        self.draw_remark(f)
    }

    /// Draws bands on a strip.
    fn row(&self, f: &mut Formatter<'_>, row: &Row<'_>, y: f64) -> Result {
        let (width, height) = (RIGHT - LEFT, self.height - SEAM);
        let place = format!("y=\"{y:.1}\" height=\"{height:.1}\"");
        writeln!(
            f,
            "<rect class=\"lane\" x=\"{LEFT}\" width=\"{width}\" {place}/>"
        )?;
        for band in &row.bands {
            band.draw(f, y, height, self.measured)?;
            if self.height >= NAMED {
                band.draw_name(f, y + height / 2.0 + 4.0)?;
            }
        }
        Ok(())
    }

    /// Names the depths on the left where there is room.
    fn depths(&self, f: &mut Formatter<'_>) -> Result {
        let mut at = 0;
        for rows in self.rows.chunk_by(|a, b| a.depth == b.depth) {
            let (top, bottom) = (self.y(at), self.y(at + rows.len()));
            at += rows.len();
            if bottom - top >= NAMED {
                let (x, y) = (LEFT - 8.0, f64::midpoint(top, bottom) + 4.0);
                let name = name(rows[0].depth);
                writeln!(
                    f,
                    "<text class=\"tick end\" x=\"{x}\" y=\"{y:.1}\">{name}</text>"
                )?;
            }
        }
        Ok(())
    }

    /// Says what is missing.
    fn remark(&self) -> Option<String> {
        match (self.rows.len(), self.left_out) {
            (0, _) => Some("no phase has ended yet".to_owned()),
            (_, 0) => None,
            (_, more) => Some(format!(
                "not shown: {more} phases that are deeper, or at the same time"
            )),
        }
    }

    fn draw_remark(&self, f: &mut Formatter<'_>) -> Result {
        let (x, y) = (f64::midpoint(LEFT, RIGHT), self.bottom() - 6.0);
        self.remark().map_or(Ok(()), |remark| {
            writeln!(
                f,
                "<text class=\"note middle\" x=\"{x}\" y=\"{y:.1}\">{remark}</text>"
            )
        })
    }
}

/// A number of rows to draw with.
fn real(rows: usize) -> f64 {
    f64::from(u8::try_from(rows).unwrap_or(MOST_ROWS))
}

fn name(depth: u32) -> String {
    if depth == 0 {
        "root".to_owned()
    } else {
        format!("depth {depth}")
    }
}

/// All rows, those of the roots first.
fn rows<'a>(phases: &'a [PhaseReport], frame: &Frame, palette: &Palette) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for phase in phases {
        let at = rows
            .iter()
            .position(|row| row.has_room(phase))
            .unwrap_or_else(|| {
                rows.push(Row {
                    depth: phase.depth,
                    ended: 0.0,
                    bands: Vec::new(),
                });
                rows.len() - 1
            });
        rows[at].add(phase, frame, palette);
    }
    rows.sort_by_key(|row| row.depth);
    rows
}

/// As many rows as find room, each depth with its share.
fn fitting(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let most = usize::from(MOST_ROWS);
    if rows.len() <= most {
        return rows;
    }
    let depths = rows.chunk_by(|a, b| a.depth == b.depth);
    let share = (most / depths.clone().count()).max(1);
    let shown = depths.flat_map(|rows| &rows[..rows.len().min(share)]);
    shown.take(most).cloned().collect()
}

impl<'a> Row<'a> {
    fn has_room(&self, phase: &PhaseReport) -> bool {
        self.depth == phase.depth && self.ended <= phase.started_seconds + CLOCK
    }

    fn add(&mut self, phase: &'a PhaseReport, frame: &Frame, palette: &Palette) {
        self.ended = phase.started_seconds + phase.wall_seconds;
        let band = Band::of(phase, frame, palette);
        match self.bands.last_mut() {
            Some(last) if last.joins(&band) => last.join(&band),
            _ => self.bands.push(band),
        }
    }
}
