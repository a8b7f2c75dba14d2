//! A handle for one thread is made on each.
use rayon::prelude::*;
use zkarena::zk_phase;

#[zk_phase]
fn in_a_parallel_loop(rows: u32) -> u32 {
    (0..rows)
        .into_par_iter()
        .map_init(|| phase.local(), |local, row| local.alloc(row))
        .map(|row| *row)
        .sum()
}

#[zk_phase]
fn references_leave_the_thread() -> usize {
    std::thread::scope(|threads| {
        let worker = threads.spawn(|| {
            let local = phase.scratch().local();
            local.slice_with(1000, |row| row)
        });
        worker.join().expect("no panic")[999]
    })
}

#[zk_phase]
fn beside_the_phase() -> (u32, usize) {
    let local = phase.local();
    let (one, two) = (local.alloc(1), phase.alloc(2));
    let zeroes = local.zeroed::<u8>(3);
    (*one + *two, local.phase().vec_from(zeroes).len())
}

fn main() {
    assert_eq!((in_a_parallel_loop(1000), references_leave_the_thread()), (499_500, 999));
    assert_eq!(beside_the_phase(), (3, 3));
}
