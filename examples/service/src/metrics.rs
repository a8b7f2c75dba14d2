//! `/metrics`, in the text format of Prometheus.
#![forbid(unsafe_code)]

use crate::prove::resident;
use crate::serve::Service;
use std::fmt::{Display, Write};

/// The page.
pub(crate) fn text(service: &Service) -> String {
    let mut page = Page::default();
    memory(&mut page, service);
    requests(&mut page, service);
    page.0 + &zkarena::report().to_prometheus()
}

fn memory(page: &mut Page, service: &Service) {
    let (memory, gate) = (&service.memory, service.admission.gate().stats());
    page.one(
        GAUGE,
        "memory_limit_bytes",
        "What the process may use",
        memory.limit().bytes,
    );
    if let Some(working_set) = memory.working_set() {
        let help = "What counts against the limit";
        page.one(GAUGE, "memory_working_set_bytes", help, working_set.0);
    }
    page.head(GAUGE, "pressure", "1 at the level of memory pressure");
    if let Some(level) = service.books.read().pressure {
        page.labelled("pressure", "level", level, 1);
    }
    page.one(
        GAUGE,
        "memory_resident_bytes",
        "Resident memory",
        resident(),
    );
    if service.admission.weighs() {
        let help = "What proofs may reserve";
        page.one(GAUGE, "gate_capacity_bytes", help, gate.capacity);
        let help = "What proofs have reserved";
        page.one(GAUGE, "gate_reserved_bytes", help, gate.reserved);
    }
}

fn requests(page: &mut Page, service: &Service) {
    let books = service.books.read();
    let admission = &service.admission;
    page.one(
        GAUGE,
        "proofs_running",
        "Proofs at work",
        admission.running(),
    );
    page.one(
        GAUGE,
        "requests_waiting",
        "Requests in the queue",
        admission.waiting(),
    );
    page.head(COUNTER, "proofs_total", "Proofs sent, by mode");
    for (mode, proofs) in &books.proofs {
        page.labelled("proofs_total", "mode", mode, proofs);
    }
    page.head(
        COUNTER,
        "refusals_total",
        "Requests without a proof, by status",
    );
    for (status, requests) in &books.refusals {
        page.labelled("refusals_total", "status", status, requests);
    }
    let help = "Requests whose client went before the answer";
    page.one(COUNTER, "abandoned_total", help, books.abandoned);
    let help = "Seconds that proofs took, added up";
    page.one(COUNTER, "proof_seconds_total", help, books.seconds);
    let help = "Seconds that they waited before, added up";
    page.one(COUNTER, "wait_seconds_total", help, books.waited_seconds);
}

const GAUGE: &str = "gauge";
const COUNTER: &str = "counter";

/// Lines of the format; names begin with `zkarena_service_`, and no label needs escapes.
#[derive(Default)]
struct Page(String);

impl Page {
    fn one(&mut self, kind: &str, name: &str, help: &str, value: impl Display) {
        self.head(kind, name, help);
        self.line(format_args!("zkarena_service_{name} {value}"));
    }

    fn head(&mut self, kind: &str, name: &str, help: &str) {
        self.line(format_args!("# HELP zkarena_service_{name} {help}."));
        self.line(format_args!("# TYPE zkarena_service_{name} {kind}"));
    }

    fn labelled(&mut self, name: &str, label: &str, of: impl Display, value: impl Display) {
        self.line(format_args!(
            "zkarena_service_{name}{{{label}=\"{of}\"}} {value}"
        ));
    }

    fn line(&mut self, line: impl Display) {
        // Strings take everything.
        let _ = writeln!(self.0, "{line}");
    }
}
