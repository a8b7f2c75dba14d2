use zkarena::{Skip, TraceFold, TraceLog, zk_phase};

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

#[zk_phase(trace(storage: u64, mode = skip, fold = Sum))]
fn run() -> usize {
    storage.push(1, |&n| n);
    storage.records().len()
}

fn by_hand(log: &TraceLog<'_, u64, Sum, Skip>) -> u64 {
    log.records()[0]
}

fn asked_at_run_time(log: &TraceLog<'_, u64, Sum>) -> u64 {
    log.records()[0]
}

fn main() {
    run();
}
