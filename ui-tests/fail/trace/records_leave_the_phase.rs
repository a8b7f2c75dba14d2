use zkarena::{Phase, Records, TraceFold, TraceLog, Record, zk_phase};

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

#[zk_phase(trace(storage: u64, mode = record, fold = Sum))]
fn first<'a>(_: &'a u64) -> &'a u64 {
    &storage.records()[0]
}

#[zk_phase(trace(storage: u64, mode = record, fold = Sum))]
fn all<'p>(_: Phase<'p>) -> TraceLog<'p, u64, Sum, Record> {
    storage
}

#[zk_phase(trace(storage: u64, mode = record, fold = Sum))]
fn kept<'a>(keep: &mut Vec<Records<'a, u64>>) {
    keep.push(storage.records());
}

fn main() {
    first(&1);
    zkarena::with_phase(|phase| all(*phase).summary());
    kept(&mut Vec::new());
}
