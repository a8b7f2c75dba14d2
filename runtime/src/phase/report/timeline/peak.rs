//! The high-water mark of the process: a dot, its size, and the phase it fell in.
#![forbid(unsafe_code)]

use super::super::{AllocatorState, Report, TimelinePoint};
use super::curve::{Curve, innermost};
use super::frame::{Frame, LEFT, RIGHT, TOP, real};
use super::xml::{Text, fitted, width};
use crate::size::Bytes;
use std::fmt::{Formatter, Result};

/// Room for the name of the phase.
const NAME: f64 = 300.0;
/// Bold letters are wider.
const BOLD: f64 = 1.12;

/// Marks the sample with the most memory in use, or says why there is none.
pub(super) fn draw(f: &mut Formatter<'_>, report: &Report, frame: &Frame, curve: &Curve) -> Result {
    match curve.peak() {
        Some(peak) => mark(f, report, frame, peak),
        None => nothing(f, report, frame),
    }
}

fn mark(f: &mut Formatter<'_>, report: &Report, frame: &Frame, peak: &TimelinePoint) -> Result {
    let (x, y) = (frame.x(peak.seconds), frame.y(real(peak.in_use_bytes)));
    let label = label(report, peak);
    let half = BOLD * width(&label) / 2.0;
    let middle = x.clamp(LEFT + half, RIGHT - half);
    writeln!(
        f,
        "<path class=\"leader\" d=\"M{x:.1} {:.1}V{y:.1}\"/>",
        TOP - 5.0
    )?;
    writeln!(
        f,
        "<circle class=\"peak\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"
    )?;
    writeln!(
        f,
        "<text class=\"peak middle\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
        TOP - 9.0,
        Text(&label)
    )
}

fn label(report: &Report, peak: &TimelinePoint) -> String {
    let size = Bytes(peak.in_use_bytes);
    let place = innermost(&report.phases, peak.seconds);
    let place = place.map_or("outside phases".into(), |phase| {
        format!("in {}", fitted(phase.name, NAME))
    });
    format!("high-water mark {size} {place}")
}

fn nothing(f: &mut Formatter<'_>, report: &Report, frame: &Frame) -> Result {
    let reason = match report.allocator {
        AllocatorState::Installed => "no memory was sampled yet",
        _ => "memory is not measured",
    };
    let (x, y) = (
        f64::midpoint(LEFT, RIGHT),
        f64::midpoint(TOP, frame.bottom) + 4.0,
    );
    writeln!(
        f,
        "<text class=\"note middle\" x=\"{x}\" y=\"{y}\">{reason}</text>"
    )
}
