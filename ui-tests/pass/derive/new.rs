use zkarena::{ArenaAlloc, Evals, PVec, Plan, Poly, zk_phase};

trait Field: Copy + 'static {
    const ZERO: Self;
}

impl Field for u64 {
    const ZERO: Self = 0;
}

#[derive(ArenaAlloc)]
#[arena(new(rows, width: u32), bound(F: Field))]
pub struct Trace<'ph, F> {
    #[arena(poly, len = rows * 2, init = F::ZERO)]
    values: PVec<'ph, F>,
    #[arena(witness, len = rows, init = |row| row * 3, align = 64)]
    indices: PVec<'ph, usize>,
    #[arena(scratch, reserve = rows + 1)]
    hints: PVec<'ph, u8>,
    #[arena(len = 2, reserve = rows, init = 7)]
    grows: PVec<'ph, u8>,
    #[arena(len = rows)]
    evals: Poly<'ph, u32, Evals>,
    #[arena(skip, init = width as usize)]
    width: usize,
    #[arena(init = phase.vec_from(&[width]))]
    copied: PVec<'ph, u32>,
    #[arena(default)]
    cache: Vec<u8>,
    #[arena(skip)]
    name: &'static str,
    given: PVec<'ph, F>,
}

#[derive(ArenaAlloc)]
#[arena(new())]
struct Tuple<'a>(#[arena(reserve = 4)] PVec<'a, u32>, #[arena(skip)] bool);

mod inner {
    #[derive(zkarena::ArenaAlloc)]
    #[arena(new(home: usize, to: usize))]
    pub(super) struct Names<'ph> {
        #[arena(len = home, init = to)]
        pub(super) values: zkarena::PVec<'ph, usize>,
    }
}

#[zk_phase]
fn main() {
    let given = phase.vec_from(&[1]);
    let mut trace = Trace::<u64>::new_in(phase, 5, 3, "trace", given).expect("there is memory");
    assert_eq!(*trace.values, [0; 10]);
    assert_eq!(*trace.indices, [0, 3, 6, 9, 12]);
    assert_eq!((trace.hints.len(), &*trace.grows), (0, &[7, 7][..]));
    assert!(trace.hints.capacity() >= 6 && trace.grows.capacity() >= 5);
    trace.hints.push(1);
    assert_eq!((trace.evals.len(), trace.width, &*trace.copied), (5, 3, &[3][..]));
    assert_eq!((trace.cache.len(), trace.name, trace.given[0]), (0, "trace", 1));
    assert!(trace.footprint().witness >= 5 * size_of::<usize>());
    let plan: Plan = Trace::<u64>::plan(5, 3);
    assert_ne!(format!("{plan:?}"), format!("{:?}", Plan::new()));

    let tuple = Tuple::new_in(phase, true).expect("there is memory");
    assert!(tuple.0.capacity() >= 4 && tuple.1);
    let _ = Tuple::plan();
    let names = inner::Names::new_in(phase, 2, 9).expect("there is memory");
    assert_eq!(*names.values, [9, 9]);
}
