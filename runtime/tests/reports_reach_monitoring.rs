//! What Prometheus scrapes is valid and says what the report says; a trace has every phase in its place.
#![forbid(unsafe_code)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::str::Chars;
use std::sync::{Barrier, OnceLock};
use std::thread;
use zkarena::{PhaseAlloc, Report, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const HOSTILE: &str = "back\\slash \"quoted\"\n{line=\"two\"} 7";

/// Phases inside each other, at the same time, of hostile names, and of names that are one to monitoring.
fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        phase("prove", || phase(HOSTILE, || drop(vec![1u8; 1 << 20])));
        phase("twin", step);
        phase("twin", || {
            step();
            step();
        });
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            for name in ["left", "right"] {
                let barrier = &barrier;
                scope.spawn(move || {
                    phase(name, || {
                        barrier.wait(); // both are open
                        phase("inner", || drop(vec![1u8; 1 << 16]));
                        barrier.wait();
                    });
                });
            }
        });
        zkarena::report()
    })
}

fn step() {
    phase("step", || drop(vec![1u8; 1 << 18]));
}

type Labels = BTreeMap<String, String>;

/// A page of metrics, read by the rules of the text exposition format.
#[derive(Default)]
struct Page {
    kinds: BTreeMap<String, String>,
    helped: BTreeSet<String>,
    samples: BTreeMap<(String, Labels), f64>,
}

impl Page {
    fn of(text: &str) -> Self {
        assert!(text.ends_with('\n'));
        let mut page = Self::default();
        let mut last = String::new();
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').expect("a help text");
                assert!(!help.is_empty() && page.helped.insert(name.to_owned()));
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').expect("a type");
                assert!(["gauge", "counter"].contains(&kind));
                let known = page.kinds.insert(name.to_owned(), kind.to_owned());
                assert_eq!(known, None, "{name} has two types");
                name.clone_into(&mut last);
            } else {
                let (name, labels, value) = sample(line);
                assert_eq!(name, last, "a family stands together, below its type");
                let known = page.samples.insert((name, labels), value);
                assert_eq!(known, None, "twice: {line}");
            }
        }
        page
    }

    fn value(&self, name: &str, phase: &str) -> f64 {
        let mut found = self.samples.iter().filter(|((sample, labels), _)| {
            sample == name && labels.get("phase").map(String::as_str) == Some(phase)
        });
        let (_, value) = found.next().expect("a sample");
        assert!(found.next().is_none(), "{phase} stands at one place");
        *value
    }
}

fn sample(line: &str) -> (String, Labels, f64) {
    let mut chars = line.chars().peekable();
    let name = word(&mut chars);
    let mut labels = Labels::new();
    if chars.next_if_eq(&'{').is_some() {
        while chars.next_if_eq(&'}').is_none() {
            let label = word(&mut chars);
            assert_eq!((chars.next(), chars.next()), (Some('='), Some('"')));
            assert_eq!(labels.insert(label, quoted(&mut chars)), None);
            chars.next_if_eq(&',');
        }
    }
    assert_eq!(chars.next(), Some(' '), "{line}");
    let value: String = chars.collect();
    (name, labels, value.parse().expect("a number"))
}

fn word(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::new();
    while let Some(c) = chars.next_if(|&c| c.is_ascii_alphanumeric() || c == '_') {
        word.push(c);
    }
    assert!(word.starts_with(|c: char| !c.is_ascii_digit()), "{word:?}");
    word
}

fn quoted(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    loop {
        match chars.next().expect("a closing quote") {
            '"' => return text,
            '\\' => text.push(match chars.next() {
                Some('n') => '\n',
                Some(c @ ('\\' | '"')) => c,
                other => panic!("no escape: {other:?}"),
            }),
            c => text.push(c),
        }
    }
}

#[test]
fn metrics_are_valid() {
    let page = Page::of(&report().to_prometheus());
    assert!(page.samples.len() > 20);
    let typed: BTreeSet<_> = page.kinds.keys().cloned().collect();
    assert_eq!(page.helped, typed);
    for (name, kind) in &page.kinds {
        assert!(name.starts_with("zkarena_"), "{name}");
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
        let sampled = page.samples.keys().any(|(sample, _)| sample == name);
        assert!(sampled, "{name} has no sample");
    }
}

#[test]
fn metrics_are_the_reports() {
    let page = Page::of(&report().to_prometheus());
    let heap = page.samples[&("zkarena_heap_high_water_bytes".to_owned(), Labels::new())];
    assert_eq!(
        heap.to_string(),
        report().heap().high_water_bytes.to_string()
    );
    let hostile = format!("prove/{HOSTILE}");
    let high_water = page.value("zkarena_phase_high_water_bytes", &hostile);
    assert!(high_water >= f64::from(1 << 20), "{high_water}");
    assert_eq!(
        page.value("zkarena_phase_runs_total", "left").to_string(),
        "1"
    );
}

#[test]
fn places_that_look_the_same_are_counted_together() {
    let sites = report().sites().iter();
    let twins = sites.filter(|site| site.path == "twin/step").count();
    assert_eq!(twins, 2, "one in each of two phases of the same name");
    let page = Page::of(&report().to_prometheus());
    assert_eq!(
        page.value("zkarena_phase_runs_total", "twin/step")
            .to_string(),
        "3"
    );
    let allocated = page.value("zkarena_phase_allocated_bytes_total", "twin/step");
    assert!(allocated >= f64::from(3 << 18), "{allocated}");
}

fn events(kind: &str) -> Vec<Value> {
    let trace: Value = serde_json::from_str(&report().to_perfetto()).expect("JSON");
    let events = trace["traceEvents"].as_array().expect("a list");
    let of_kind = events.iter().filter(|event| event["ph"] == kind);
    of_kind.cloned().collect()
}

fn number(event: &Value, key: &str) -> f64 {
    event[key].as_f64().expect("a number")
}

#[test]
fn a_trace_has_every_phase() {
    let slices = events("X");
    assert_eq!(slices.len(), report().phases().len());
    for (slice, phase) in slices.iter().zip(report().phases()) {
        assert_eq!(slice["name"], phase.name);
        assert_eq!(slice["args"]["path"], phase.path);
        assert_eq!(slice["args"]["high-water bytes"], phase.high_water_bytes);
        let microseconds = (phase.wall_seconds * 1e9).round() / 1e3;
        assert!((number(slice, "dur") - microseconds).abs() < 1e-3);
    }
}

#[test]
fn slices_of_a_row_lie_in_each_other_or_apart() {
    let slices = events("X");
    let ends = |slice: &Value| {
        (
            number(slice, "ts"),
            number(slice, "ts") + number(slice, "dur"),
        )
    };
    for (at, one) in slices.iter().enumerate() {
        for other in slices[at + 1..]
            .iter()
            .filter(|other| other["tid"] == one["tid"])
        {
            let ((start, end), (from, to)) = (ends(one), ends(other));
            // Ends are sums of what was rounded to a nanosecond.
            assert!(from >= end - 1e-3 || to <= end + 1e-3, "{one} {other}");
            assert!(from >= start, "in the order of their starts");
        }
    }
    let row = |name: &str| {
        let slice = slices.iter().find(|slice| slice["name"] == name);
        slice.expect("a slice")["tid"].clone()
    };
    assert_ne!(row("left"), row("right"), "both were open");
    assert_eq!(row("prove"), row(HOSTILE));
}

#[test]
fn a_trace_counts_memory() {
    let counters = events("C");
    assert_eq!(counters.len(), report().timeline().len());
    let mut last = 0.0;
    for (counter, point) in counters.iter().zip(report().timeline()) {
        assert_eq!(counter["args"]["in use"], point.in_use_bytes);
        assert!(number(counter, "ts") >= last, "{counter}");
        last = number(counter, "ts");
    }
}
