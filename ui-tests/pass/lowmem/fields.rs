//! Types with data in a file: it is built in the store, and stays there when the value moves.
#![forbid(unsafe_code)]
#![deny(warnings)]
use zkarena::{ArenaAlloc, Coeffs, Detach, Evals, FilePoly, PVec, Plain, Plan, Store, Stored, zk_phase};

#[derive(ArenaAlloc, Detach)]
#[arena(new(rows), bound(F: Plain + From<u32>))]
struct Trace<'ph, F> {
    #[arena(lowmem, len = rows, init = |row| F::from(row as u32))]
    rows: Stored<F>,
    #[arena(lowmem, len = rows * 2, init = F::from(7))]
    evals: FilePoly<F, Evals>,
    #[arena(lowmem)]
    coeffs: FilePoly<F, Coeffs>,
    #[arena(len = 3, init = F::from(1))]
    challenges: PVec<'ph, F>,
}

#[derive(ArenaAlloc)]
enum Kept<'ph> {
    InMemory(PVec<'ph, u64>),
    InAFile(#[arena(lowmem)] Stored<u64>),
}

fn content<F: Plain>(stored: &Stored<F>, zero: F) -> Vec<F> {
    let mut content = vec![zero; stored.len()];
    stored.read_into(0..stored.len(), &mut content).expect("a read");
    content
}

fn four() -> Stored<u64> {
    let mut writing = Store::of_process().expect("a store").write(4).expect("room");
    writing.append(&[1, 2, 3, 4]).expect("room");
    writing.freeze().expect("written")
}

#[zk_phase]
fn main() {
    assert_eq!(Trace::<u64>::plan(1 << 20), Plan::new().reserve(64));
    let kept = {
        let trace = Trace::<u64>::new_in(phase, 20_000, four().into()).expect("room");
        assert_eq!(content(&trace.rows, 0), (0..20_000).collect::<Vec<_>>());
        assert_eq!(content(&trace.evals, 0), [7; 40_000]);
        assert_eq!((trace.coeffs.log_size(), trace.evals.log_size()), (Some(2), None));
        assert_eq!(format!("{:?}", trace.coeffs), "Coeffs in a file, 4 values");
        let footprint = trace.footprint();
        assert!(footprint.poly < 4096 && footprint.heap == 0);
        let copy = trace.copy_into(phase);
        drop(trace);
        assert_eq!(content(&copy.rows, 0), (0..20_000).collect::<Vec<_>>());
        copy.detach()
    };
    assert_eq!(content(&kept.coeffs.into_stored(), 0), [1, 2, 3, 4]);
    assert_eq!(*kept.challenges, [1, 1, 1]);
    for kept in [Kept::InMemory(phase.vec_from(&[5])), Kept::InAFile(four())] {
        match kept.promote(phase) {
            Kept::InMemory(values) => assert_eq!(*values, [5]),
            Kept::InAFile(values) => assert_eq!(values.len(), 4),
        }
    }
}
