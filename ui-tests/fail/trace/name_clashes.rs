use zkarena::{TraceFold, zk_phase};

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

#[zk_phase(trace(log: u64, mode = skip, fold = Sum))]
fn of_a_parameter((log, _): (u64, u64)) -> u64 {
    log + 1
}

#[zk_phase(trace(phase: u64, mode = skip, fold = Sum))]
fn of_the_phase() -> usize {
    phase.vec::<u64>().len()
}

#[zk_phase(trace(log: u64, mode = skip, fold = Sum), trace(log: u64, mode = record, fold = Sum))]
fn of_another() -> u64 {
    log.summary()
}

#[zk_phase(trace(log: u64, mode = skip, fold = Sum), reserve(log: u64 = 1))]
fn of_a_vector() -> usize {
    log.len()
}

fn main() {
    of_a_parameter((1, 2));
    of_the_phase();
    of_another();
    of_a_vector();
}
