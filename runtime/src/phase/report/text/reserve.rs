//! What to write into `reserve(..)`, and what became of what stands there.
#![forbid(unsafe_code)]

use super::super::{Report, SiteReport};
use super::{size, visible};
use crate::phase::{Bound, ReservationReport};

/// What vectors without a name have to leave behind to be worth a line: as much as a chunk has at first.
const WORTH_A_LINE: u64 = 64 << 10;

/// A line for each name with something to say, and for each phase where vectors without one left places
/// behind; after an empty line, if there is any.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.sites.iter().flat_map(of_site).collect();
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn of_site(site: &SiteReport) -> Vec<String> {
    let path: String = site.path.chars().map(visible).collect();
    let named = site.reservations.iter().filter_map(of_name);
    named
        .chain(without_name(site))
        .map(|text| format!("reserve: {path}: {text}"))
        .collect()
}

fn of_name(of: &ReservationReport) -> Option<String> {
    let ReservationReport { name, most, .. } = of;
    match of.bound {
        Bound::Unknown if of.growths == 0 => (*most > 0).then(|| format!("add {}", clause(of))),
        Bound::Unknown => Some(format!(
            "add {} (grew {}x, {} abandoned)",
            clause(of),
            of.growths,
            size(of.abandoned_bytes)
        )),
        Bound::Exact if of.unused() > 0 => Some(format!(
            "{name} used {} of {} elements",
            digits(of.used),
            digits(of.reserved)
        )),
        Bound::AtMost if of.unused() > 0 => Some(format!(
            "{name} used {} of at most {} elements",
            digits(of.used),
            digits(of.reserved)
        )),
        Bound::Exact | Bound::AtMost => None,
    }
}

/// What no name stands for, where it left much behind.
fn without_name(site: &SiteReport) -> Option<String> {
    let (growths, abandoned) = site.reservations.iter().fold((0, 0), |(times, bytes), of| {
        (times + of.growths, bytes + of.abandoned_bytes)
    });
    let growths = site.growth.growths.saturating_sub(growths);
    let abandoned = site.growth.abandoned_bytes.saturating_sub(abandoned);
    (abandoned >= WORTH_A_LINE).then(|| {
        format!(
            "vectors without a count grew {growths}x, {} abandoned; of all that had to move, the largest came to {}",
            size(abandoned),
            size(site.growth.largest_bytes)
        )
    })
}

/// What to paste.
fn clause(of: &ReservationReport) -> String {
    format!("{} <= {}", of.name, digits(of.most))
}

/// As in source code: `140_000`.
fn digits(number: u64) -> String {
    let plain = number.to_string();
    let groups = plain.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join("_")
}
