//! What is going on, on standard error: a bar on a terminal, plain lines otherwise.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};

/// Progress of a known number of steps.
#[derive(Debug)]
pub struct Progress {
    /// `None`: standard error is not a terminal.
    bar: Option<ProgressBar>,
    steps: u64,
    done: u64,
}

impl Progress {
    /// Nothing is done.
    pub fn new(steps: usize) -> Self {
        let steps = steps as u64;
        let style = ProgressStyle::with_template("{elapsed_precise} [{bar:30}] {pos}/{len} {msg}");
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(steps);
            style.map_or(bar.clone(), |style| bar.with_style(style))
        });
        Self {
            bar,
            steps,
            done: 0,
        }
    }

    /// Says which step begins.
    pub fn begin(&mut self, what: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(what.to_owned()),
            None => eprintln!("[{}/{}] {what}", self.done + 1, self.steps),
        }
    }

    /// A step is done.
    pub fn end(&mut self) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Says something that is to stay on the screen.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
