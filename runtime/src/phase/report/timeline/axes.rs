//! Axes: round numbers of seconds and of binary sizes.
#![forbid(unsafe_code)]

use super::frame::{Frame, LEFT, RIGHT, TOP, WIDTH, real};
use super::xml::width;
use std::fmt::{Formatter, Result};

/// Room for the labels of time.
pub(super) const HEIGHT: f64 = 26.0;

/// Draws the axis of memory.
pub(super) fn memory(f: &mut Formatter<'_>, frame: &Frame) -> Result {
    for bytes in sizes(frame.top_bytes) {
        let y = frame.y(real(bytes));
        let label = exact(bytes);
        writeln!(f, "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>")?;
        let (x, y) = (LEFT - 8.0, y + 4.0);
        writeln!(
            f,
            "<text class=\"tick end\" x=\"{x}\" y=\"{y:.1}\">{label}</text>"
        )?;
    }
    Ok(())
}

/// Draws the axis of time below `bottom`, with lines from the top of the plot.
pub(super) fn time(f: &mut Formatter<'_>, frame: &Frame, bottom: f64) -> Result {
    for (seconds, label) in times(frame.from, frame.to) {
        let x = frame.x(seconds);
        writeln!(
            f,
            "<path class=\"grid\" d=\"M{x:.1} {TOP}V{:.1}\"/>",
            bottom + 4.0
        )?;
        let (x, y) = (x.min(WIDTH - 4.0 - width(&label) / 2.0), bottom + 18.0);
        writeln!(
            f,
            "<text class=\"tick middle\" x=\"{x:.1}\" y=\"{y:.1}\">{label}</text>"
        )?;
    }
    Ok(())
}

/// Multiples of a power of two: 2 to 5 of them, and 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size between 2^16 and 2^64"
)]
pub(super) fn sizes(top: f64) -> Vec<u64> {
    let step = (top as u64 / 5).next_power_of_two();
    (0..=5)
        .map(|count| count * step)
        .take_while(|&bytes| real(bytes) <= top)
        .collect()
}

/// A multiple of a power of two, in full: `1.25 GiB`.
pub(super) fn exact(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (1 << 40, "TiB"),
        (1 << 30, "GiB"),
        (1 << 20, "MiB"),
        (1 << 10, "KiB"),
    ];
    let unit = UNITS.into_iter().find(|&(unit, _)| bytes >= unit);
    unit.map_or(bytes.to_string(), |(unit, name)| {
        format!("{} {name}", real(bytes) / real(unit))
    })
}

/// Round moments in the window, with their labels.
pub(super) fn times(from: f64, to: f64) -> Vec<(f64, String)> {
    let (unit, name) = unit(from.abs().max(to.abs()));
    let (step, digits) = step((to - from) / unit / 8.0);
    let first = (from / unit / step).ceil();
    let counts = (0..10).map(|count| first + f64::from(count));
    // Adding zero makes a zero of a negative one.
    let ticks = counts
        .map(|count| count * step + 0.0)
        .take_while(|tick| tick * unit <= to);
    ticks
        .map(|tick| (tick * unit, format!("{tick:.digits$} {name}")))
        .collect()
}

fn unit(most: f64) -> (f64, &'static str) {
    match most {
        1.0.. => (1.0, "s"),
        1e-3.. => (1e-3, "ms"),
        _ => (1e-6, "µs"),
    }
}

/// The next round number (1, 2 or 5 times a power of ten) and its digits after the point.
fn step(least: f64) -> (f64, usize) {
    let powers = (-9i32..12)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| (digit * 10f64.powi(power), power)));
    let found = powers.into_iter().find(|&(step, _)| step >= least);
    found.map_or((least, 0), |(step, power)| {
        (step, usize::try_from(-power).unwrap_or(0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_round() {
        let labels = |top| sizes(top).into_iter().map(exact).collect::<Vec<_>>();
        assert_eq!(labels(5.1 * 1024.0 * 1_048_576.0), ["0", "2 GiB", "4 GiB"]);
        assert_eq!(labels(1300.0 * 1_048_576.0), ["0", "512 MiB", "1 GiB"]);
        let labels = |from, to| {
            times(from, to)
                .into_iter()
                .map(|(_, label)| label)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            labels(-0.1, 2.6),
            ["0.0 s", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s"]
        );
        assert_eq!(labels(0.0, 0.0085).last().map(String::as_str), Some("8 ms"));
        assert_eq!(
            labels(0.0, 1e-6).first().map(String::as_str),
            Some("0.0 µs")
        );
    }
}
