//! The progress bar: for people at a terminal, and for nobody else.

use std::io::{IsTerminal, stderr, stdout};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `proofs` steps on stderr; hidden if anything is piped or JSON is wanted.
pub(crate) fn bar(proofs: u32, json: bool) -> ProgressBar {
    if json || !stdout().is_terminal() || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("proving {bar:32} {pos}/{len} in {elapsed}");
    let bar = ProgressBar::new(proofs.into())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.tick();
    bar
}
