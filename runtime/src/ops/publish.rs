//! The figures of a report for whatever recorder of the `metrics` facade the program has.
#![forbid(unsafe_code)]

use crate::phase::{Family, Kind, Labels, Report, each_family};
use metrics::{Label, counter, describe_counter, describe_gauge, gauge};
use std::convert::Infallible;

/// Hands the figures of a report to the recorder of the `metrics` facade, by the names of
/// [`Report::to_prometheus`].
///
/// Call it every now and then, from a thread of its own or when somebody asks for metrics. Nothing is recorded while
/// memory is allocated: the figures are those of the report. Without a recorder nothing happens.
///
/// ```
/// zkarena::phase("commit", || vec![1u64; 1 << 16]);
/// zkarena::ops::publish(&zkarena::report());
/// ```
pub fn publish(report: &Report) {
    let published: Result<(), Infallible> = each_family(report, |family| {
        publish_family(family);
        Ok(())
    });
    match published {
        Ok(()) => {}
    }
}

fn publish_family(family: &Family<'_>) {
    let &Family {
        name, help, kind, ..
    } = family;
    match kind {
        Kind::Gauge => describe_gauge!(name, help),
        Kind::Counter => describe_counter!(name, help),
    }
    for &(labels, value) in &family.values {
        let labels = labels.map_or_else(Vec::new, label);
        match kind {
            Kind::Gauge => gauge!(name, labels).set(value),
            Kind::Counter => counter!(name, labels).absolute(whole(value)),
        }
    }
}

fn label(labels: &Labels<'_>) -> Vec<Label> {
    vec![
        Label::new("phase", labels.phase.to_owned()),
        Label::new("place", labels.place.clone()),
    ]
}

/// Counters of the facade are whole numbers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts; of seconds the fraction is lost"
)]
fn whole(value: f64) -> u64 {
    value as u64
}
