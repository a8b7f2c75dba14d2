//! The screen: lines of text, and what they are about.

use std::io;

use serde::Serialize;
use zkarena_measure::Machine;

use crate::failure::Failure;
use crate::finding::{Finding, Section, Verdict};

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Screen {
    pub(crate) machine: Machine,
    pub(crate) sections: Vec<Section>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Head,
    Finding(Verdict),
    Advice,
}

impl Screen {
    /// The lines from top to bottom.
    pub(crate) fn lines(&self) -> Vec<(Style, String)> {
        let mut lines = vec![(Style::Head, self.machine.line())];
        for section in &self.sections {
            lines.push((Style::Head, String::new()));
            lines.push((Style::Head, section.about.to_owned()));
            lines.extend(section.findings.iter().flat_map(of_finding));
        }
        lines
    }

    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let lines = self.lines().into_iter();
        lines.map(|(_, line)| line + "\n").collect()
    }

    /// One JSON object on one line.
    ///
    /// # Errors
    /// [`Failure::Print`].
    pub(crate) fn json(&self) -> Result<String, Failure> {
        Ok(serde_json::to_string(self).map_err(io::Error::from)? + "\n")
    }
}

fn of_finding(finding: &Finding) -> Vec<(Style, String)> {
    let Finding {
        what,
        is,
        verdict,
        advice,
    } = finding;
    let fact = format!("  {}  {what:<14} {is}", verdict.word());
    let advice = advice.iter();
    let advice = advice.map(|advice| (Style::Advice, format!("{:23}-> {advice}", "")));
    std::iter::once((Style::Finding(*verdict), fact))
        .chain(advice)
        .collect()
}
