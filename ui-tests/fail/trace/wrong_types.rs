use zkarena::{TraceFold, TraceMode, zk_phase};

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

#[zk_phase(trace(log: u32, mode = skip, fold = Sum))]
fn fold_of_other_records() -> usize {
    log.events() as usize
}

struct Started(u64);

impl TraceFold<u64> for Started {
    type Event = ();
    type Summary = u64;
    fn event(_: &u64) {}
    fn observe(&mut self, (): &()) {
        self.0 += 1;
    }
    fn summary(&self) -> u64 {
        self.0
    }
}

#[zk_phase(trace(log: u64, mode = skip, fold = Started))]
fn fold_without_a_default() -> u64 {
    log.summary()
}

#[zk_phase(trace(log: u64, mode = skip, fold = 5))]
fn fold_is_a_number() -> u64 {
    log.summary()
}

#[zk_phase(trace(log: u64, mode = 1 == 1, fold = Sum))]
fn mode_is_a_boolean() -> u64 {
    log.summary()
}

#[zk_phase(trace(log: u64, mode = skip, fold = Sum, reserve = "1MiB"))]
fn reserve_is_a_text() -> u64 {
    log.summary()
}

#[zk_phase(trace(log: u64, mode = TraceMode::Skip, fold = Sum))]
fn frame_without_twins() -> u64 {
    let _: Result<(), ()> = log.frame(|_| Err(()));
    log.push("one", |_| 1);
    log.summary()
}

fn main() {
    fold_of_other_records();
}
