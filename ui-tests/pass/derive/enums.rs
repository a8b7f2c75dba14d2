use zkarena::{ArenaAlloc, Detach, PVec, zk_phase};

#[derive(ArenaAlloc, Detach)]
pub enum Column<'ph, F> {
    Constant(#[arena(skip)] F),
    Values(PVec<'ph, F>),
    Periodic {
        #[arena(scratch)]
        period: PVec<'ph, F>,
        rows: usize,
    },
    Empty,
}

#[derive(ArenaAlloc, Detach, Debug, PartialEq)]
enum Plain {
    A,
    B { rows: usize },
}

#[derive(ArenaAlloc, Detach)]
enum Never {}

#[derive(ArenaAlloc, Detach)]
enum Either<'ph> {
    One(PVec<'ph, u8>),
    Other(Option<Never>),
}

#[zk_phase]
fn main() {
    let columns = [
        Column::Constant(1),
        Column::Values(phase.vec_from(&[1, 2])),
        Column::Periodic { period: phase.vec_from(&[3]), rows: 4 },
        Column::Empty,
    ];
    assert!(columns.footprint().poly >= 12);
    for column in columns.copy_into(phase).detach() {
        match column {
            Column::Constant(value) => assert_eq!(value, 1),
            Column::Values(values) => assert_eq!(*values, [1, 2]),
            Column::Periodic { period, rows } => assert_eq!((period[0], rows), (3, 4)),
            Column::Empty => {}
        }
    }
    assert_eq!(Plain::B { rows: 1 }.copy_into(phase), Plain::B { rows: 1 });
    assert_eq!(Plain::A.detach(), Plain::A);
    for either in [Either::One(phase.vec_from(&[1])), Either::Other(None)] {
        let size = match either.promote(phase) {
            Either::One(bytes) => bytes.len(),
            Either::Other(never) => usize::from(never.is_some()),
        };
        assert!(size < 2);
    }
}
