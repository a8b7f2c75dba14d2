//! The report as a picture.
#![forbid(unsafe_code)]
use super::Report;
pub(super) fn svg(_report: &Report) -> String { String::new() }
