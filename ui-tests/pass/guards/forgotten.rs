//! Leaking is harmless: a guard, a value, and a phase that is never to end.
use zkarena::{PVec, Phase, PhaseGuard, Plan, Site, zk_phase};

static SERVICE: Site = Site::new("service", module_path!(), file!(), line!());

fn service() -> Phase<'static> {
    Box::leak(Box::new(PhaseGuard::root(&SERVICE, Plan::new()))).handle()
}

#[zk_phase]
fn values() -> usize {
    let rows = phase.vec_from(&[1; 100_000]);
    std::mem::forget(phase.boxed(String::from("row")));
    std::mem::forget(rows.clone());
    let leaked: &mut [i32] = rows.leak();
    leaked.len()
}

#[zk_phase]
fn children() -> u32 {
    let child = PhaseGuard::child(phase, &SERVICE, Plan::new());
    child.handle().vec_from(&[1]);
    std::mem::forget(child);
    *phase.alloc(1)
}

fn main() {
    let twiddles: PVec<'static, u32> = service().vec_from(&[1, 2]);
    let sum = std::thread::spawn(move || twiddles.iter().sum::<u32>());
    assert_eq!(sum.join().expect("no panic"), 3);
    assert_eq!((values(), children()), (100_000, 1));
}
