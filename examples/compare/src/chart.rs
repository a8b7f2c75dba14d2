//! The comparison as a picture: two bars for each arm, cold above warm.

use crate::summary::{ArmResult, Comparison, Workload};
use std::fmt::Write;

const WIDTH: f64 = 860.0;
const NAMES: f64 = 150.0;
const BARS: f64 = 560.0;
const TITLE: f64 = 40.0;
const ROW: f64 = 24.0;

/// Readable on white and on black.
const STYLE: &str = "text{font:12px sans-serif;fill:#222}.title{font-weight:bold;font-size:14px}\
    .cold{fill:#9db8d8}.warm{fill:#2f6fb5}.own .cold{fill:#e8b98a}.own .warm{fill:#d2691e}\
    @media(prefers-color-scheme:dark){text{fill:#ddd}}";

/// A bar chart of all workloads.
pub(crate) fn svg(comparison: &Comparison) -> String {
    let mut body = String::new();
    let mut top = 0.0;
    for workload in &comparison.workloads {
        top = draw(&mut body, workload, top);
    }
    let height = top + TITLE / 2.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <style>{STYLE}</style>\n{body}</svg>\n"
    )
}

/// Draws a workload from `top` down and returns where it ends.
fn draw(body: &mut String, workload: &Workload, top: f64) -> f64 {
    let mut y = top + TITLE;
    let title = format!("{}: seconds for a proof, cold above warm", workload.title());
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        body,
        "<text class=\"title\" x=\"8\" y=\"{}\">{title}</text>",
        y - 14.0
    );
    let most = workload.arms.iter().flat_map(times).fold(0.0, f64::max);
    for result in &workload.arms {
        if let [cold, warm] = times(result)[..] {
            row(body, result.raw.arm, y, [cold, warm], BARS / most);
            y += ROW;
        }
    }
    y
}

/// Cold and warm, if both were measured.
fn times(result: &ArmResult) -> Vec<f64> {
    let medians = &result.medians;
    let times = medians.cold_seconds.zip(medians.warm_seconds);
    times.map_or_else(Vec::new, |(cold, warm)| vec![cold, warm])
}

fn row(body: &mut String, arm: &str, y: f64, [cold, warm]: [f64; 2], scale: f64) {
    let class = if arm.starts_with("zkarena") {
        "own"
    } else {
        "peer"
    };
    let (cold_width, warm_width) = (cold * scale, warm * scale);
    let (text, below) = (y + 14.0, y + 9.0);
    let end = NAMES + cold_width.max(warm_width) + 8.0;
    let name = NAMES - 8.0;
    let _ = writeln!(
        body,
        "<g class=\"{class}\"><text x=\"{name}\" y=\"{text}\" text-anchor=\"end\">{arm}</text>\
         <rect class=\"cold\" x=\"{NAMES}\" y=\"{y}\" width=\"{cold_width:.1}\" height=\"8\"/>\
         <rect class=\"warm\" x=\"{NAMES}\" y=\"{below}\" width=\"{warm_width:.1}\" height=\"10\"/>\
         <text x=\"{end:.1}\" y=\"{text}\">{cold:.2} / {warm:.2}</text></g>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::fixture;

    #[test]
    fn every_arm_that_ran_has_two_bars() {
        let svg = svg(&fixture::comparison());
        assert_eq!(svg.matches("<rect").count(), 4);
        assert!(svg.contains("keccak, 2^15 rows"));
        assert!(svg.contains("2.20 / 1.38"));
        assert!(!svg.contains("snmalloc"));
    }
}
