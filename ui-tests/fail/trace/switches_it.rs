use zkarena::{Phase, Record, Skip, TraceFold, TraceLog, TraceMode, zk_phase};

#[derive(Default)]
struct Sum(u64);

impl TraceFold<u64> for Sum {
    type Event = u64;
    type Summary = u64;
    fn event(record: &u64) -> u64 {
        *record
    }
    fn observe(&mut self, event: &u64) {
        self.0 += event;
    }
    fn summary(&self) -> u64 {
        self.0
    }
}

#[zk_phase(trace(storage: u64, mode = mode, fold = Sum))]
fn late(mode: TraceMode) -> u64 {
    storage.push(1, |&n| n);
    storage.gate = TraceMode::Record;
    storage.summary()
}

fn wants_records(log: &TraceLog<'_, u64, Sum, Record>) -> usize {
    log.records().len()
}

#[zk_phase(trace(storage: u64, mode = skip, fold = Sum))]
fn for_another() -> usize {
    storage = TraceLog::new_in(phase, Record, Sum(0));
    wants_records(&storage)
}

#[derive(Clone, Copy, Debug)]
struct Always;

fn a_mode_of_ones_own(phase: Phase<'_>) {
    TraceLog::<u64, Sum, _>::new_in(phase, Always, Sum(0));
}

fn skipped<'l, 'ph>(log: &'l TraceLog<'ph, u64, Sum, Skip>) -> &'l TraceLog<'ph, u64, Sum, Record> {
    log
}

fn main() {
    late(TraceMode::Skip);
    for_another();
    let _ = a_mode_of_ones_own;
    let _ = skipped;
}
