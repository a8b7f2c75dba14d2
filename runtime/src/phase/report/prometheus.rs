//! The report as Prometheus reads it: text exposition format 0.0.4.
#![forbid(unsafe_code)]

use super::Report;
use super::figures::{self, Family, Kind, Labels};
use std::fmt::{self, Write};

/// The report in the text exposition format.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    // A `String` takes everything.
    let _ = figures::each(report, |family| write_family(&mut text, family));
    text
}

fn write_family(to: &mut String, family: &Family<'_>) -> fmt::Result {
    let Family {
        name, help, kind, ..
    } = family;
    if family.values.is_empty() {
        return Ok(());
    }
    let kind = match kind {
        Kind::Gauge => "gauge",
        Kind::Counter => "counter",
    };
    writeln!(to, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
    for (labels, value) in &family.values {
        match labels {
            None => writeln!(to, "{name} {value}")?,
            Some(Labels { phase, place }) => writeln!(
                to,
                "{name}{{phase=\"{}\",place=\"{}\"}} {value}",
                Escaped(phase),
                Escaped(place)
            )?,
        }
    }
    Ok(())
}

/// A label's value.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\\' => f.write_str("\\\\"),
            '"' => f.write_str("\\\""),
            '\n' => f.write_str("\\n"),
            c => f.write_char(c),
        })
    }
}
