//! What a report costs, and each of its forms, when the books are full.

use crate::figures::{Row, time};
use std::hint::black_box;
use zkarena::{Report, report};

/// As many phases are kept one by one.
const PHASES: usize = 1024;

/// Enough ups and downs to fill the timeline.
const BLOCKS: usize = 8192;

/// A form of a report, and how long it is.
type Form = (&'static str, fn(&Report) -> usize);

pub(crate) fn rows(quick: bool) -> Vec<Row> {
    fill();
    let rounds = if quick { 5 } else { 51 };
    let taken = report();
    let forms: [Form; 4] = [
        ("to_prometheus()", |report| report.to_prometheus().len()),
        ("to_json()", |report| report.to_json().len()),
        ("to_perfetto()", |report| report.to_perfetto().len()),
        ("to_svg()", |report| report.to_svg().len()),
    ];
    let of_form = |(name, form): Form| {
        row(name, rounds, &|| {
            black_box(form(&taken));
        })
    };
    let books = row("report()", rounds, &|| drop(black_box(report())));
    std::iter::once(books)
        .chain(forms.into_iter().map(of_form))
        .collect()
}

fn row(name: &str, rounds: usize, run: &dyn Fn()) -> Row {
    let [nanoseconds] = time(rounds, 1, [&mut |_| run()]);
    Row {
        name: name.to_owned(),
        unit: "us",
        zkarena: Some(nanoseconds / 1e3),
        peer: None,
        against: "once per proof, with full books".to_owned(),
        ratio: None,
        goal: "report(): at most 0.2 % of a warm proof",
    }
}

/// Phases of a prover, some inside others, and memory that goes up and down.
fn fill() {
    for proof in 0..PHASES / 4 {
        zkarena::phase("prove", || {
            for step in ["trace", "stark", "verify"] {
                zkarena::phase(step, || {
                    let blocks = BLOCKS / PHASES;
                    (0..blocks).for_each(|block| drop(vec![1u8; (proof + block + 1) << 16]));
                });
            }
        });
    }
}
