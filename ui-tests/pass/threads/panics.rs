//! A panic passes through phases: no `AssertUnwindSafe`, and the outer one goes on.
use std::panic::{RefUnwindSafe, UnwindSafe, catch_unwind};
use zkarena::{PVec, Phase, scope, with_phase, zk_phase};

fn unwind_safe<T: UnwindSafe + RefUnwindSafe + Send + Sync>(_: &T) {}

#[zk_phase]
fn fails(rows: &[u32]) -> u32 {
    let rows = phase.vec_from(rows);
    scope!(tmp in phase => { tmp.vec_from(&rows)[rows.len()] })
}

#[zk_phase]
fn goes_on() -> usize {
    unwind_safe(&phase);
    let rows: PVec<'_, u32> = phase.vec_from(&[1]);
    assert!(catch_unwind(|| phase.vec_from(&[1])[1]).is_err());
    assert!(catch_unwind(|| phase.slice_with(4, |row| 4 / row)[0]).is_err());
    rows.len() + phase.vec_from(&[1, 2]).len()
}

fn on_a_thread(phase: Phase<'_>) -> bool {
    std::thread::scope(|threads| threads.spawn(|| phase.vec_from(&[1])[1]).join().is_err())
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    assert!(catch_unwind(|| fails(&[1])).is_err());
    assert!(catch_unwind(|| with_phase(|phase| phase.vec_from(&[1])[1])).is_err());
    assert_eq!(goes_on(), 3);
    assert!(with_phase(|phase| on_a_thread(*phase)));
}
