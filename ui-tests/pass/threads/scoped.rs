//! Threads that end before the phase does use its handle.
use zkarena::{PVec, zk_phase};

#[zk_phase]
fn on_every_thread() -> u64 {
    let mut columns = phase.vec::<PVec<'_, u64>>();
    std::thread::scope(|threads| {
        let workers: Vec<_> = (0..4)
            .map(|worker| threads.spawn(move || phase.vec_from(&[worker; 1000])))
            .collect();
        columns.extend(workers.into_iter().map(|worker| worker.join().expect("no panic")));
    });
    columns.iter().flatten().sum()
}

#[zk_phase]
fn dropped_elsewhere() -> usize {
    let names = phase.vec_from(&[String::from("a"), String::from("b")]);
    std::thread::scope(|threads| {
        let worker = threads.spawn(move || names.into_iter().map(|name| name.len()).sum());
        worker.join().expect("no panic")
    })
}

#[zk_phase]
fn phases_on_threads() -> u32 {
    std::thread::scope(|threads| {
        let worker = threads.spawn(|| zkarena::scope!(tmp in phase => { *tmp.alloc(3) }));
        worker.join().expect("no panic")
    })
}

fn main() {
    assert_eq!((on_every_thread(), dropped_elsewhere(), phases_on_threads()), (6000, 2, 3));
}
