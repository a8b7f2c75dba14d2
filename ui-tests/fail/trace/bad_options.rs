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

#[zk_phase(trace(log: u64, mode, fold(Sum), keep = 1, 5, mode = skip skip, reserve = 1, reserve = 2), tracy)]
fn at_once() -> u64 {
    log.push(1, |&n| n);
    log.summary()
}

#[zk_phase(trace())]
fn nothing() {}

#[zk_phase(trace = log)]
fn equals() -> u64 {
    log.summary()
}

#[zk_phase(trace(u64, mode = skip, fold = Sum))]
fn no_name() {}

#[zk_phase(trace(a: u64, b: u64, mode = skip, fold = Sum))]
fn two_names() {}

#[zk_phase(trace(log: , mode = skip, fold = Sum))]
fn no_type() {}

#[zk_phase(trace(log: u64, fold = Sum), trace(other: u64, mode = skip))]
fn halves() -> u64 {
    log.summary() + other.summary()
}

#[zk_phase(trace(log: u64, mode = skip, fold = Sum) tmp)]
fn no_comma() -> u64 {
    log.summary()
}

#[zk_phase(trace(log: u64, mode = skip, fold = Sum))]
async fn suspended() -> u64 {
    log.push(1, |&n| n);
    log.summary()
}

fn main() {
    at_once();
}
