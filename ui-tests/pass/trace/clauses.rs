//! `trace(..)` with everything that it goes together with.
#![forbid(unsafe_code)]
#![deny(warnings, rust_2018_idioms)]
use zkarena::{AllocError, Phase, PVec, Record, Secret, TraceFold, TraceLog, TraceMode, lowmem, witness, zk_phase};

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

#[derive(Default)]
struct Sum(u64);

impl<T: Into<u64> + Copy> TraceFold<T> for Sum {
    type Event = u64;
    type Summary = u64;
    fn event(record: &T) -> u64 {
        (*record).into()
    }
    fn observe(&mut self, event: &u64) {
        self.0 += event;
    }
    fn summary(&self) -> u64 {
        self.0
    }
}

struct Config {
    mode: TraceMode,
}

#[zk_phase(trace(storage: u64, mode = cfg.mode, fold = Sum))]
fn by_a_value(cfg: &Config) -> (u64, Option<usize>) {
    (1..=4).for_each(|n| storage.push(n, |&n| n));
    (storage.summary(), storage.records().ok().map(|records| records.len()))
}

#[zk_phase(trace(kept: u32, mode = record, fold = Sum, reserve = 2 * n), trace(gone: u8, mode = skip, fold = Sum(5)))]
fn several(n: usize) -> Option<Vec<u32>> {
    kept.push(7, |_| 7);
    gone.push(1, |_| unreachable!("it is skipped"));
    assert_eq!((kept.summary(), gone.summary(), kept.fold().0), (7, 6, 7));
    kept.records().as_slice().map(<[u32]>::to_vec)
}

#[zk_phase(tmp in out, name = "inner", reserve = "1MiB", try, trace(log: u64, mode = { mode }, fold = start, reserve = 10))]
fn within<'p>(out: Phase<'p>, start: Sum, mode: TraceMode) -> Result<PVec<'p, u64>, AllocError> {
    log.try_push(3, |&n| n)?;
    let kept = tmp.vec_from(&[log.summary()]);
    Ok(out.vec_from(&kept))
}

#[zk_phase(budget = "1MiB", try, trace(log: u64, mode = record, fold = Sum, reserve = 1 << 20))]
fn too_much() -> Result<u64, AllocError> {
    log.push(1, |_| 1);
    Ok(log.summary())
}

#[zk_phase(trace(log: u64, mode = record, fold = Sum))]
#[witness]
fn secret(#[witness] key: u64) -> Result<u64, ()> {
    log.push(*key.expose(), |&key| key);
    if log.records()[0] == 0 {
        return Err(());
    }
    Ok(log.summary())
}

#[lowmem]
#[zk_phase(trace(log: u64, mode = skip, fold = Sum))]
fn small() -> u64 {
    fill(&mut log);
    log.summary()
}

fn fill<M: zkarena::TraceGate>(log: &mut TraceLog<'_, u64, Sum, M>) {
    log.push(9, |&n| n);
}

struct Machine<T>(T);

impl<T: Into<u64> + Copy> Machine<T> {
    #[zk_phase(trace(steps: T, mode = record, fold = Sum))]
    fn run(&self) -> u64 {
        let at = self.0;
        steps.push(at.into(), |_| at);
        steps.summary()
    }

    /// Nobody pushes: nobody has to.
    #[zk_phase(trace(steps: T, mode = TraceMode::Record, fold = Sum::default()))]
    fn rest(&self) -> bool {
        let _ = &self.0;
        steps.records().is_ok_and(|records| records.is_empty())
    }
}

/// The word alone is still a name for the phase.
#[zk_phase(trace)]
fn called_trace() -> usize {
    trace.vec_from(&[1, 2]).len()
}

fn by_hand(phase: Phase<'_>) -> u64 {
    let mut log: TraceLog<'_, u64, Sum, Record> = TraceLog::new_in(phase, Record, Sum(0));
    fill(&mut log);
    log.records().iter().sum()
}

fn main() {
    assert_eq!(by_a_value(&Config { mode: TraceMode::Record }), (10, Some(4)));
    assert_eq!(by_a_value(&Config { mode: TraceMode::Skip }), (10, None));
    assert_eq!(several(3), Some(vec![7]));
    zkarena::with_phase(|phase| {
        let sums = within(*phase, Sum(4), TraceMode::Skip).expect("room");
        assert_eq!((&sums[..], by_hand(*phase)), (&[7][..], 9));
    });
    assert!(too_much().is_err_and(|refused| refused.is_over_limit()));
    assert_eq!((secret(5), small()), (Ok(5), 9));
    assert_eq!((Machine(3u32).run(), Machine(3u32).rest(), called_trace()), (3, true, 2));
    let _: Secret<u64> = Secret::new(1);
}
