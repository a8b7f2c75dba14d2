//! Command lines, and the one line that says what is wrong with one.

use clap::Parser;
use clap::error::ErrorKind;
use std::ffi::OsString;

/// Parse the command line of a program called so; `--help` and `--version` print and exit here.
///
/// # Errors
/// One line: what is wrong, and what to do.
pub fn parse<T: Parser>(program: &str) -> Result<T, String> {
    parse_from(program, std::env::args_os())
}

/// As [`parse`], of these words, the program's name first.
///
/// # Errors
/// As for [`parse`].
pub fn parse_from<T: Parser>(
    program: &str,
    words: impl IntoIterator<Item: Into<OsString> + Clone>,
) -> Result<T, String> {
    T::try_parse_from(words).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
        _ => one_line(program, &error.to_string()),
    })
}

/// The first paragraph of clap's message, and what to do.
fn one_line(program: &str, message: &str) -> String {
    let mut paragraphs = message.split("\n\n").map(joined);
    let what = paragraphs.next().unwrap_or_default();
    let what = what.trim_start_matches("error: ");
    match paragraphs.find_map(|rest| rest.strip_prefix("tip: ").map(str::to_owned)) {
        Some(tip) => format!("{what}; {tip}"),
        None if what.contains("; ") => what.to_owned(),
        None => format!("{what}; see `{program} --help`"),
    }
}

/// The words of `text` on one line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
