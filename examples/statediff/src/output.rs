//! Tables for people.

use crate::compare::{Compared, Pages, Results};
use crate::goals::{Goal, size};
use crate::summary::Comparison;
use crate::turn::{Taken, figure as number};
use crate::variant::{Mode, Part, Variant, name};
use std::fmt::Write;
use zkarena_measure::{Table, figure, thousands};

const LEGEND: &str = "keyed, trace, logs: each alone, in a process of its own; whole: all three. Bytes are those asked of the global \
    allocator, and pages of arenas. Facts: without what is kept to undo. Moved: bytes of blocks that were elsewhere after they grew. \
    RSS: beyond the batch itself. Seconds and ns: medians";

/// A figure of a variant, and how it is called.
type Row<'a> = (&'a str, &'a dyn Fn(Variant) -> String);

impl Comparison<'_> {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n", self.machine.line());
        // Writing to a string cannot fail, here and below.
        for (title, table) in self.tables() {
            let _ = write!(text, "\n{title}\n{}", table.text());
        }
        text + "\n" + LEGEND + "\n"
    }

    /// For a README.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("`{}`, {}.\n", self.command, self.machine.line());
        for (title, table) in self.tables() {
            let _ = write!(text, "\n{title}:\n\n{}", table.markdown());
        }
        text + "\n" + LEGEND + ".\n"
    }

    fn tables(&self) -> Vec<(String, Table)> {
        let Results { workloads, scratch } = self.results;
        let titled = |compared| (self.title(compared), self.table(compared));
        let mut tables: Vec<_> = workloads.iter().map(titled).collect();
        if !scratch.is_empty() {
            tables.push((
                "Pages of 4 KiB that transactions take".to_owned(),
                pages(scratch),
            ));
        }
        if !self.goals.is_empty() {
            tables.push(("Goals".to_owned(), goals(&self.goals)));
        }
        tables
    }

    fn title(&self, compared: &Compared) -> String {
        let counts = compared.workload.counts(self.asked.divide.into());
        let count = |count: usize| thousands(Some(number(count)));
        format!(
            "{}: {} transactions, {} slots, {} reads, {} writes, {} frames, {} costs",
            name(&compared.workload),
            count(counts.transactions),
            count(counts.slots),
            count(counts.reads),
            count(counts.writes),
            count(counts.far_calls),
            count(counts.costs),
        )
    }

    fn table(&self, compared: &Compared) -> Table {
        let variants = &self.asked.variants;
        let names: Vec<_> = variants.iter().map(name).collect();
        let mut head = vec![""];
        head.extend(names.iter().map(String::as_str));
        let mut table = Table::new(&head);
        let mut add = |(title, cell): Row<'_>| {
            let cells = variants.iter().map(|variant| cell(*variant));
            table.row(std::iter::once(title.to_owned()).chain(cells).collect());
        };
        keyed(compared, &mut add);
        for &mode in &self.asked.modes {
            trace(compared, mode, &mut add);
        }
        logs(compared, &mut add);
        for &mode in &self.asked.modes {
            whole(compared, mode, &mut add);
        }
        table
    }
}

fn keyed(compared: &Compared, add: &mut impl FnMut(Row<'_>)) {
    let first = |figure: fn(&Taken) -> String| {
        move |variant| said(compared.first(variant, Part::Keyed, None).map(figure))
    };
    add((
        "keyed: facts",
        &first(|taken| size(taken.fact_bytes()).to_string()),
    ));
    add((
        "keyed: to undo",
        &first(|taken| size(taken.undo_bytes).to_string()),
    ));
    add((
        "keyed: high-water",
        &first(|taken| size(taken.high_water_bytes).to_string()),
    ));
    add(("keyed: growths", &first(|taken| taken.growths.to_string())));
    add((
        "keyed: probes per access",
        &first(|taken| figure(Some(taken.probes_per_access()), 2)),
    ));
    add(("keyed: ns per access", &|variant| {
        figure(
            compared.median(variant, (Part::Keyed, None), Taken::nanoseconds),
            0,
        )
    }));
}

fn trace(compared: &Compared, mode: Mode, add: &mut impl FnMut(Row<'_>)) {
    let mode_name = name(&mode);
    let first = |figure: fn(&Taken) -> String| {
        move |variant| said(compared.first(variant, Part::Trace, Some(mode)).map(figure))
    };
    let records = |taken: &Taken| thousands(Some(number(taken.records)));
    add((&format!("trace, {mode_name}: records"), &first(records)));
    let most = |taken: &Taken| size(taken.high_water_bytes).to_string();
    add((&format!("trace, {mode_name}: high-water"), &first(most)));
    let fold = |taken: &Taken| size(taken.fold_bytes).to_string();
    add((&format!("trace, {mode_name}: of it, fold"), &first(fold)));
    add((
        &format!("trace, {mode_name}: growths"),
        &first(|taken| taken.growths.to_string()),
    ));
    let moved = |taken: &Taken| size(taken.moved_bytes).to_string();
    add((&format!("trace, {mode_name}: moved"), &first(moved)));
}

fn logs(compared: &Compared, add: &mut impl FnMut(Row<'_>)) {
    let first = |figure: fn(&Taken) -> String| {
        move |variant| said(compared.first(variant, Part::Logs, None).map(figure))
    };
    add((
        "logs: final size",
        &first(|taken| size(taken.payload_bytes).to_string()),
    ));
    add((
        "logs: high-water",
        &first(|taken| size(taken.high_water_bytes).to_string()),
    ));
    add(("logs: growths", &first(|taken| taken.growths.to_string())));
    add((
        "logs: moved",
        &first(|taken| size(taken.moved_bytes).to_string()),
    ));
}

fn whole(compared: &Compared, mode: Mode, add: &mut impl FnMut(Row<'_>)) {
    let mode_name = name(&mode);
    let first = |figure: fn(&Taken) -> String| {
        move |variant| said(compared.first(variant, Part::Whole, Some(mode)).map(figure))
    };
    let most = |taken: &Taken| size(taken.high_water_bytes).to_string();
    add((&format!("whole, {mode_name}: high-water"), &first(most)));
    let median = |variant, figure: fn(&Taken) -> f64| {
        compared.median(variant, (Part::Whole, Some(mode)), figure)
    };
    add((&format!("whole, {mode_name}: RSS MiB"), &|variant| {
        figure(
            median(variant, |taken| taken.rss_bytes.map_or(f64::NAN, mebibytes)),
            1,
        )
    }));
    add((&format!("whole, {mode_name}: seconds"), &|variant| {
        figure(
            median(variant, |taken| taken.seconds + taken.dedup_seconds),
            3,
        )
    }));
    let digest = |taken: &Taken| {
        let dedup = taken.of_facts.as_ref();
        dedup.map_or_else(String::new, |dedup| dedup.digest.chars().take(12).collect())
    };
    add((&format!("whole, {mode_name}: digest"), &first(digest)));
}

fn pages(scratch: &[Pages]) -> Table {
    let head = [
        "transactions",
        "pages",
        "kept",
        "RSS",
        "a phase each",
        "RSS",
    ];
    let mut table = Table::new(&head);
    for Pages { kept, phased } in scratch {
        let rss = |bytes: Option<u64>| figure(bytes.map(mebibytes), 1) + " MiB";
        table.row(vec![
            thousands(Some(number(kept.transactions))),
            thousands(Some(number(kept.pages))),
            size(kept.high_water_bytes).to_string(),
            rss(kept.rss_bytes),
            size(phased.high_water_bytes).to_string(),
            rss(phased.rss_bytes),
        ]);
    }
    table
}

fn goals(goals: &[Goal]) -> Table {
    let mut table = Table::new(&["what", "goal", "measured", ""]);
    for goal in goals {
        let met = if goal.met { "met" } else { "missed" };
        let (what, measured) = (goal.what.clone(), goal.figure.clone());
        table.row(vec![what, goal.asked.to_owned(), measured, met.to_owned()]);
    }
    table
}

fn said(figure: Option<String>) -> String {
    figure.unwrap_or_else(|| "-".to_owned())
}

fn mebibytes(bytes: u64) -> f64 {
    zkarena_measure::stats::mib(bytes >> 10)
}
