use std::marker::PhantomData;
use zkarena::{ArenaAlloc, Coeffs, Detach, PVec, Poly, Basis, scope, zk_phase};

#[derive(ArenaAlloc, Detach)]
pub struct Columns<'ph, F> {
    main: PVec<'ph, F>,
    #[arena(scratch)]
    hints: PVec<'ph, u32>,
    #[arena(skip)]
    name: String,
    #[arena(default)]
    cache: Vec<String>,
    rows: usize,
}

#[derive(ArenaAlloc, Detach)]
pub struct Pair<'a, F>(PVec<'a, F>, #[arena(witness)] pub PVec<'a, F>);

#[derive(ArenaAlloc, Detach, Debug, PartialEq)]
pub struct Unit;

#[derive(ArenaAlloc, Detach, Debug, PartialEq)]
struct WithoutLifetime<F> {
    rows: usize,
    #[arena(skip)]
    shift: F,
    parts: Vec<(u32, bool)>,
}

#[derive(ArenaAlloc, Detach)]
struct Lde<'ph, F, B: Basis, const WIDTH: usize>
where
    F: PartialEq,
{
    columns: [Poly<'ph, F, B>; WIDTH],
    marker: PhantomData<F>,
}

#[derive(ArenaAlloc, Detach)]
struct Defaults<'ph, F = u32, const N: usize = 2> {
    rows: PVec<'ph, [F; N]>,
}

#[zk_phase]
fn main() {
    let columns = scope!(tmp in phase => {
        let columns = Columns {
            main: tmp.vec_from(&[1_u64, 2]),
            hints: tmp.vec_from(&[3]),
            name: "main".to_string(),
            cache: vec!["old".to_string()],
            rows: 2,
        };
        columns.promote(phase)
    });
    assert_eq!((&*columns.main, &*columns.hints), (&[1, 2][..], &[3][..]));
    assert_eq!((&*columns.name, columns.cache.len(), columns.rows), ("main", 0, 2));
    assert!(columns.footprint().poly >= 16);
    assert!(columns.footprint().scratch >= 4);

    let copy: Columns<'_, u64> = columns.copy_into(phase.witness());
    assert!(copy.footprint().witness >= 16);
    let detached: Columns<'static, u64> = copy.detach();
    assert_eq!(*detached.main, [1, 2]);

    let pair = Pair(phase.vec_from(&[1]), phase.vec_from(&[2])).copy_into(phase);
    assert_eq!((pair.0[0], pair.1[0]), (1, 2));
    assert_eq!(Unit.copy_into(phase), Unit.detach());
    let plain = WithoutLifetime { rows: 1, shift: "7", parts: vec![(1, true)] };
    assert_eq!(plain.copy_into(phase), plain);

    let lde: Lde<'_, u32, Coeffs, 0> = Lde { columns: [], marker: PhantomData };
    assert_eq!(lde.detach().columns.len(), 0);
    assert_eq!(Defaults { rows: phase.vec_from(&[[1, 2]]) }.detach().rows[0], [1, 2]);
}
