//! With the feature `metrics`, a recorder gets the figures that Prometheus would, and nothing while memory is allocated.
#![forbid(unsafe_code)]

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit, with_local_recorder,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use zkarena::{PhaseAlloc, ops, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// What was recorded last, by name and labels, and what was described.
#[derive(Clone, Default)]
struct Notebook {
    values: Arc<Mutex<BTreeMap<String, f64>>>,
    described: Arc<Mutex<BTreeMap<String, String>>>,
}

/// One line of it.
struct Line {
    key: String,
    values: Arc<Mutex<BTreeMap<String, f64>>>,
}

impl Line {
    fn set_to(&self, value: f64) {
        lock(&self.values).insert(self.key.clone(), value);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic")
}

impl CounterFn for Line {
    fn increment(&self, _: u64) {
        panic!("counters are set to what the report says");
    }

    fn absolute(&self, value: u64) {
        self.set_to(f64::from(u32::try_from(value).expect("a small test")));
    }
}

impl GaugeFn for Line {
    fn increment(&self, _: f64) {
        panic!("gauges are set");
    }

    fn decrement(&self, _: f64) {
        panic!("gauges are set");
    }

    fn set(&self, value: f64) {
        self.set_to(value);
    }
}

impl Notebook {
    fn line(&self, key: &Key) -> Arc<Line> {
        let labels = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()));
        let labels: Vec<_> = labels.collect();
        Arc::new(Line {
            key: format!("{} {}", key.name(), labels.join(",")),
            values: self.values.clone(),
        })
    }

    fn describe(&self, key: &KeyName, text: &SharedString) {
        lock(&self.described).insert(key.as_str().to_owned(), text.to_string());
    }

    fn value(&self, prefix: &str) -> f64 {
        let values = lock(&self.values);
        let mut found = values.iter().filter(|(key, _)| key.starts_with(prefix));
        let (_, value) = found.next().expect(prefix);
        *value
    }
}

impl Recorder for Notebook {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, text: SharedString) {
        self.describe(&key, &text);
    }

    fn describe_gauge(&self, key: KeyName, _: Option<Unit>, text: SharedString) {
        self.describe(&key, &text);
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        panic!("there are none");
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.line(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.line(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("there are none");
    }
}

#[test]
fn a_recorder_gets_what_prometheus_would() {
    let notebook = Notebook::default();
    let report = with_local_recorder(&notebook, || {
        for _ in 0..3 {
            phase("prove", || phase("trace", || drop(vec![1u8; 1 << 20])));
        }
        assert!(
            lock(&notebook.values).is_empty(),
            "nothing while memory is allocated"
        );
        let report = zkarena::report();
        ops::publish(&report);
        report
    });
    let page = report.to_prometheus();
    let samples = page.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lock(&notebook.values).len(), samples);
    for (name, help) in lock(&notebook.described).iter() {
        assert!(page.contains(&format!("# HELP {name} {help}\n")), "{name}");
    }
    let runs = notebook.value("zkarena_phase_runs_total phase=prove/trace,place=");
    assert_eq!(runs.to_string(), "3");
    let high_water = notebook.value("zkarena_heap_high_water_bytes");
    assert_eq!(
        high_water.to_string(),
        report.heap().high_water_bytes.to_string()
    );
}
