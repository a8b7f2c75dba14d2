//! The plan for people.

use zkarena::Bytes;
use zkarena::ops::{CircuitPlan, CutOver, Mode, ServicePlan};
use zkarena_measure::Table;

use crate::containers::Container;

/// Everything on a screen.
pub(crate) fn of(plan: &ServicePlan, container: &Container) -> String {
    let parts = [
        memory(plan),
        circuits(plan),
        plan.cut_overs.iter().map(cut_over).collect(),
        format!("# Docker\n{}", container.docker()),
        format!("# compose\n{}", container.compose()),
        format!("# Kubernetes\n{}", container.kubernetes()),
    ];
    parts.join("\n")
}

/// How the limit is shared out.
fn memory(plan: &ServicePlan) -> String {
    let line = |bytes: u64, what: &str| format!("{:>10}  {what}\n", Bytes(bytes).to_string());
    let kept = if plan.process_bytes > 0 {
        line(
            plan.process_bytes,
            "of each weight, for a process of its own",
        )
    } else {
        line(plan.kept_bytes, "kept from proof to proof")
    };
    [
        line(plan.limit_bytes, "limit"),
        line(plan.headroom_bytes, "left alone: pressure begins there"),
        line(plan.base_bytes, "the process before its first proof"),
        kept,
        line(
            plan.capacity_bytes,
            "for proofs: the capacity of the memory gate",
        ),
    ]
    .concat()
}

fn circuits(plan: &ServicePlan) -> String {
    let mut table = Table::new(&[
        "proof",
        "weight",
        "workers",
        "expected peak",
        "of limit",
        "arena reserve",
        "arena budget",
    ]);
    for circuit in &plan.circuits {
        table.row(row(circuit, plan.limit_bytes));
    }
    table.text()
}

fn row(circuit: &CircuitPlan, limit: u64) -> Vec<String> {
    let size = |bytes: u64| Bytes(bytes).to_string();
    let percent = u128::from(circuit.expected_peak_bytes) * 100 / u128::from(limit.max(1));
    let proof = format!("{} 2^{}", circuit.circuit, circuit.log_rows);
    let Some(how) = in_words(circuit.mode) else {
        return vec![
            proof,
            size(circuit.weight_bytes),
            circuit.workers.to_string(),
            size(circuit.expected_peak_bytes),
            format!("{percent} %"),
            size(circuit.reserve_bytes),
            size(circuit.budget_bytes),
        ];
    };
    let workers = circuit.workers.to_string();
    let mut cells = vec![proof, size(circuit.weight_bytes), workers, how];
    cells.resize(7, String::new());
    cells
}

/// What a proof that is not made in memory takes instead of a table's figures.
fn in_words(mode: Mode) -> Option<String> {
    match mode {
        Mode::LowMemory { memory_bytes, .. } => {
            Some(format!("low memory: {}", Bytes(memory_bytes)))
        }
        Mode::Impossible { floor_bytes } => Some(match floor_bytes {
            Some(floor) => format!("too large: takes at least {}", Bytes(floor)),
            None => "too large".to_owned(),
        }),
        _ => None,
    }
}

fn cut_over(cut_over: &CutOver) -> String {
    let CutOver {
        circuit,
        in_memory_log_rows,
        low_memory_log_rows,
        measured_log_rows,
        ..
    } = cut_over;
    let in_memory = in_memory_log_rows.map_or_else(
        || "no size in memory".to_owned(),
        |log_rows| format!("in memory up to 2^{log_rows} rows"),
    );
    let low_memory = low_memory_log_rows.map_or_else(
        || "none in low-memory mode".to_owned(),
        |log_rows| format!("in low-memory mode up to 2^{log_rows}"),
    );
    let beyond = if in_memory_log_rows.max(low_memory_log_rows) > &Some(*measured_log_rows) {
        format!(" (measured up to 2^{measured_log_rows}; beyond that, doubled)")
    } else {
        String::new()
    };
    format!("{circuit}: {in_memory}, {low_memory}{beyond}\n")
}
