//! Rows of figures, and how they are timed.

use serde::Serialize;
use std::fmt::Write;
use std::time::Instant;

/// One comparison.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) zkarena: Option<f64>,
    pub(crate) peer: Option<f64>,
    /// What the peer is, or why there are no figures.
    pub(crate) against: String,
    /// Ours in units of the peer's.
    pub(crate) ratio: Option<f64>,
    pub(crate) goal: &'static str,
}

impl Row {
    pub(crate) fn new(
        name: impl Into<String>,
        unit: &'static str,
        [zkarena, peer]: [f64; 2],
        against: &str,
        goal: &'static str,
    ) -> Self {
        Self {
            name: name.into(),
            unit,
            zkarena: Some(zkarena),
            peer: Some(peer),
            against: against.to_owned(),
            ratio: (peer > 0.0).then(|| zkarena / peer),
            goal,
        }
    }

    /// A row without figures.
    pub(crate) fn missing(name: impl Into<String>, reason: String) -> Self {
        Self {
            name: name.into(),
            unit: "",
            zkarena: None,
            peer: None,
            against: reason,
            ratio: None,
            goal: "",
        }
    }
}

/// The rows for a terminal, and for a README.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text =
        "| | unit | zkarena | peer | which | ratio | goal |\n|---|---|---:|---:|---|---:|---|\n"
            .to_owned();
    let figure = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
    for row in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            row.unit,
            figure(row.zkarena),
            figure(row.peer),
            row.against,
            figure(row.ratio),
            row.goal
        );
    }
    text
}

/// The median of some values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Nanoseconds per operation of several loops of `operations` each: medians of `rounds`, the loops in turn.
pub(crate) fn time<const N: usize>(
    rounds: usize,
    operations: usize,
    mut loops: [&mut dyn FnMut(usize); N],
) -> [f64; N] {
    let mut all: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..=rounds {
        for (run, times) in loops.iter_mut().zip(&mut all) {
            let start = Instant::now();
            run(operations);
            times.push(start.elapsed().as_secs_f64() * 1e9 / to_f64(operations));
        }
    }
    // The first round warms up.
    all.map(|times| median(times[1..].to_vec()))
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) fn to_f64(count: usize) -> f64 {
    count as f64
}
