//! The text of a black box, both ways.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use std::fmt::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A phase that was under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// Its name.
    pub phase: String,
    /// Bytes that it was to need.
    pub bytes: u64,
    /// When it began, to the millisecond in what a process left behind.
    pub started: SystemTime,
}

/// What a process left behind that did not end cleanly.
///
/// Prints as `process 17 vanished in "transfer" (300 MiB, begun 1763769600 s after 1970)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vanished {
    /// The process; `None` if the file does not tell.
    pub pid: Option<u32>,
    /// What was under way, in the order in which it began; nothing if the process was idle.
    pub phases: Vec<InFlight>,
}

/// One line for the process, and one for each phase: bytes, milliseconds since 1970, name.
pub(super) fn text<'p>(pid: u32, phases: impl Iterator<Item = &'p InFlight>) -> String {
    let mut text = format!("process {pid}\n");
    for InFlight {
        phase,
        bytes,
        started,
    } in phases
    {
        let started = started.duration_since(UNIX_EPOCH).unwrap_or_default();
        let phase = phase.replace(|c: char| c.is_control(), " "); // a name is one line
        let _ = writeln!(text, "phase {bytes} {} {phase}", started.as_millis()); // a string takes all
    }
    text
}

/// What can be understood of a text; lines that cannot are passed over.
pub(super) fn parse(text: &str) -> Vanished {
    let pid = text
        .lines()
        .find_map(|line| line.strip_prefix("process ")?.parse().ok());
    let phases = text.lines().filter_map(phase).collect();
    Vanished { pid, phases }
}

fn phase(line: &str) -> Option<InFlight> {
    let mut words = line.strip_prefix("phase ")?.splitn(3, ' ');
    let bytes = words.next()?.parse().ok()?;
    let started = Duration::from_millis(words.next()?.parse().ok()?);
    Some(InFlight {
        phase: words.next()?.to_owned(),
        bytes,
        started: UNIX_EPOCH.checked_add(started)?,
    })
}

impl fmt::Display for Vanished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "process {pid} vanished")?,
            None => f.write_str("a process vanished")?,
        }
        if self.phases.is_empty() {
            return f.write_str(" with nothing under way");
        }
        for (
            at,
            InFlight {
                phase,
                bytes,
                started,
            },
        ) in self.phases.iter().enumerate()
        {
            let before = if at == 0 { " in" } else { ", and in" };
            let began = started
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs();
            write!(
                f,
                "{before} {phase:?} ({}, begun {began} s after 1970)",
                Bytes(*bytes)
            )?;
        }
        Ok(())
    }
}
