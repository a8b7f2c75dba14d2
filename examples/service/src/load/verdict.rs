//! What has to hold, and the table.
#![forbid(unsafe_code)]

use crate::args::{Asked, Design};
use crate::turn::{Turn, has_floor};
use std::time::Duration;
use zkarena_measure::{Table, figure, stats};

/// Of the limit, in percent.
const WORKING_SET: f64 = 90.0;
/// Of the floor, in percent.
const DRIFT: f64 = 1.0;
const HEALTH: Duration = Duration::from_millis(100);
/// Of the service without a limit and with as many proofs at a time.
const THROUGHPUT: f64 = 0.9;

const HEAD: [&str; 13] = [
    "design",
    "requests",
    "proofs",
    "in low-memory mode",
    "503",
    "lost",
    "killed",
    "verified",
    "working set %",
    "floor MiB",
    "drift %",
    "healthz ms",
    "proofs/s",
];

impl Turn {
    /// The largest working set in percent of the limit.
    fn working_set(&self, asked: &Asked) -> Option<f64> {
        let limit = stats::count(asked.limit.0);
        Some(stats::count(self.seen.working_set?) / limit * 100.0)
    }

    /// How much the floor rose, in percent of the first.
    fn drift(&self) -> Option<f64> {
        let [before, after] = self.floors?.map(stats::count);
        Some((after / before - 1.0) * 100.0)
    }

    fn proofs_per_second(&self) -> Option<f64> {
        let proofs = stats::count(self.outcomes.proofs.len() as u64);
        stats::ratio(Some(proofs), Some(self.outcomes.seconds))
    }

    /// What of the service's promises did not hold.
    fn broken(&self, asked: &Asked) -> Vec<String> {
        let proofs = self.outcomes.proofs.len();
        let (working_set, drift) = (self.working_set(asked), self.drift());
        let checks = [
            (
                self.kills > 0,
                format!("the kernel killed {} processes", self.kills),
            ),
            (
                !self.outcomes.lost.is_empty(),
                format!("lost requests: {}", self.outcomes.lost.join(", ")),
            ),
            (
                self.verified < proofs,
                format!("{} of {proofs} proofs verify", self.verified),
            ),
            (proofs == 0, "no proof was made".to_owned()),
            (
                !working_set.is_some_and(|it| it < WORKING_SET),
                format!("working set: {} % of the limit", figure(working_set, 1)),
            ),
            (
                has_floor(asked.requests) && !drift.is_some_and(|it| it < DRIFT),
                format!("the floor rose by {} %", figure(drift, 2)),
            ),
            (
                self.seen.health >= HEALTH,
                format!("/healthz took {} ms", self.seen.health.as_millis()),
            ),
            (
                self.seen.unanswered > 0,
                format!("/healthz was silent {} times", self.seen.unanswered),
            ),
            (
                !self.ended_well,
                "it did not end well on SIGTERM".to_owned(),
            ),
        ];
        let broken = checks.into_iter().filter(|(broken, _)| *broken);
        broken.map(|(_, what)| what).collect()
    }

    fn row(&self, asked: &Asked) -> Vec<String> {
        let outcomes = &self.outcomes;
        let counts = [
            outcomes.sent(),
            outcomes.proofs.len(),
            outcomes.low_memory,
            outcomes.told_to_come_back,
            outcomes.lost.len(),
        ];
        let mut row = vec![self.design.name().to_owned()];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([self.kills.to_string(), self.verified.to_string()]);
        row.push(figure(self.working_set(asked), 1));
        let floor = self.floors.map(|[before, _]| stats::mib(before));
        row.push(figure(floor, 1));
        row.push(figure(self.drift(), 2));
        row.push(figure(Some(self.seen.health.as_secs_f64() * 1e3), 1));
        row.push(figure(self.proofs_per_second(), 2));
        row
    }
}

/// One run in a line: what is there when somebody ends the program before its table.
pub(crate) fn line(asked: &Asked, turn: &Turn) -> String {
    let row = turn.row(asked);
    let figures = HEAD.iter().zip(&row).skip(1);
    let figures: Vec<_> = figures.map(|(name, it)| format!("{name} {it}")).collect();
    format!("{}: {}", row[0], figures.join(", "))
}

/// All runs, a row each.
pub(crate) fn table(asked: &Asked, turns: &[Turn]) -> String {
    let mut table = Table::new(&HEAD);
    for turn in turns {
        table.row(turn.row(asked));
    }
    if asked.markdown {
        table.markdown()
    } else {
        table.text()
    }
}

/// What did not hold: promises of the service, the throughput of all its runs together, and that the ratio-check
/// design must fail.
pub(crate) fn broken(asked: &Asked, turns: &[Turn]) -> Vec<String> {
    let of = |design| turns.iter().filter(move |turn| turn.design == design);
    let mut broken: Vec<_> = of(Design::Gate)
        .flat_map(|turn| turn.broken(asked))
        .collect();
    let pace = |design| stats::median(of(design).filter_map(Turn::proofs_per_second));
    let ratio = stats::ratio(pace(Design::Gate), pace(Design::Unlimited));
    if ratio.is_some_and(|ratio| ratio < THROUGHPUT) {
        let ratio = figure(ratio, 2);
        broken.push(format!("throughput is {ratio} of that without a limit"));
    }
    if of(Design::Ratio).any(|turn| turn.kills == 0 && turn.outcomes.lost.is_empty()) {
        broken.push("the ratio-check design survived, so this load proves nothing".to_owned());
    }
    broken
}
