//! `/phases`: memory over time, what is reserved, the latest proofs, what each phase took.
#![forbid(unsafe_code)]

use crate::books::{Entries, Entry};
use crate::serve::Service;
use std::fmt::Write;
use zkarena::{Bytes, Report, SiteReport};

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>zkarena: phases</title>
<style>
body { font: 14px/1.45 system-ui, sans-serif; margin: 24px auto; max-width: 1000px; padding: 0 16px; color: #1c2530; background: #fff; }
h1 { font-size: 20px; margin: 0 0 12px; }
h2 { font-size: 15px; margin: 24px 0 6px; }
svg { width: 100%; height: auto; }
dl { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 0 12px; }
dt { color: #5b6773; font-size: 12px; }
dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; }
meter { width: 100%; height: 14px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: 3px 8px; border-bottom: 1px solid #e4e8ec; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
th { color: #5b6773; font-weight: 500; font-size: 12px; }
.low { color: #a05a00; }
</style>
</head>
<body>
<h1>Phases of this service</h1>
"#;

/// The page.
pub(crate) fn html(service: &Service) -> String {
    let (report, books) = (zkarena::report(), service.books.read());
    let mut page = HEAD.to_owned();
    state(&mut page, service, &books);
    page.push_str("<div id=\"timeline\">\n");
    // A picture within a page has no declaration of its own.
    let svg = report.to_svg();
    page.push_str(svg.find("<svg").map_or("", |at| &svg[at..]));
    page.push_str("</div>\n");
    proofs(&mut page, &books);
    sites(&mut page, &report);
    page.push_str("</body>\n</html>\n");
    page
}

fn state(page: &mut String, service: &Service, books: &Entries) {
    let (admission, memory) = (&service.admission, &service.memory);
    let gate = admission.gate().stats();
    let unknown = || "unknown".to_owned();
    let working_set = memory
        .working_set()
        .map_or_else(unknown, |it| it.to_string());
    let reserved = |bytes| {
        if admission.weighs() {
            Bytes(bytes).to_string()
        } else {
            "not by bytes".to_owned()
        }
    };
    let facts = [
        ("limit", memory.limit().to_string()),
        ("working set", working_set),
        (
            "pressure",
            books.pressure.map_or_else(unknown, |it| it.to_string()),
        ),
        ("for proofs", reserved(gate.capacity)),
        ("reserved", reserved(gate.reserved)),
        ("running", admission.running().to_string()),
        ("waiting", admission.waiting().to_string()),
        ("proofs", books.proofs.values().sum::<u64>().to_string()),
        (
            "told to come back",
            books.refusals.get(&503).unwrap_or(&0).to_string(),
        ),
    ];
    page.push_str("<dl id=\"state\">\n");
    for (name, value) in facts {
        line(
            page,
            format_args!("<div><dt>{name}</dt><dd>{value}</dd></div>"),
        );
    }
    page.push_str("</dl>\n");
    let (reserved, capacity) = (gate.reserved, gate.capacity);
    line(
        page,
        format_args!("<meter min=\"0\" max=\"{capacity}\" value=\"{reserved}\"></meter>"),
    );
}

fn proofs(page: &mut String, books: &Entries) {
    page.push_str("<h2>Latest proofs</h2>\n<table id=\"proofs\">\n<tr><th>statement</th><th>mode</th><th>waited</th><th>proved in</th><th>peak RSS</th><th>proof</th></tr>\n");
    for entry in books.latest.iter().rev() {
        proof(page, entry);
    }
    page.push_str("</table>\n");
}

fn proof(page: &mut String, entry: &Entry) {
    let Entry {
        statement,
        mode,
        waited,
        seconds,
        peak,
        bytes,
    } = entry;
    let (mode, waited) = (mode.name(), waited.as_secs_f64());
    let class = if mode == "low-memory" {
        " class=\"low\""
    } else {
        ""
    };
    let peak = peak.map_or_else(|| "unknown".to_owned(), |peak| peak.to_string());
    let size = Bytes(*bytes as u64);
    line(
        page,
        format_args!(
            "<tr><td>{statement}</td><td{class}>{mode}</td><td>{waited:.2} s</td><td>{seconds:.2} s</td><td>{peak}</td><td>{size}</td></tr>"
        ),
    );
}

fn sites(page: &mut String, report: &Report) {
    page.push_str("<h2>Phases</h2>\n<table id=\"phases\">\n<tr><th>phase</th><th>runs</th><th>mean</th><th>longest</th><th>high-water mark</th><th>survivors</th><th>given back</th></tr>\n");
    for of in report.sites() {
        site(page, of);
    }
    page.push_str("</table>\n");
}

#[expect(
    clippy::cast_precision_loss,
    reason = "runs of a service, far below 2^52"
)]
fn site(page: &mut String, site: &SiteReport) {
    let SiteReport {
        name,
        depth,
        runs,
        wall_seconds,
        longest_seconds,
        ..
    } = site;
    let indent = 8 + 18 * depth;
    let mean = wall_seconds / (*runs).max(1) as f64;
    let [high, left, trimmed] = [
        site.high_water_bytes,
        site.survivors.bytes,
        site.trimmed_bytes,
    ]
    .map(Bytes);
    line(
        page,
        format_args!(
            "<tr><td style=\"padding-left:{indent}px\">{name}</td><td>{runs}</td><td>{mean:.3} s</td><td>{longest_seconds:.3} s</td><td>{high}</td><td>{left}</td><td>{trimmed}</td></tr>"
        ),
    );
}

fn line(page: &mut String, line: std::fmt::Arguments<'_>) {
    // Strings take everything.
    let _ = writeln!(page, "{line}");
}
