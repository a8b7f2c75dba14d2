use zkarena::{AllocError, ArenaAlloc, PVec, Phase, zk_phase};

#[derive(ArenaAlloc)]
#[arena(new(rows))]
pub struct Columns<'ph, F> {
    #[arena(reserve = rows)]
    values: PVec<'ph, F>,
}

#[zk_phase]
fn in_place(rows: &[u32]) -> Columns<'static, u32> {
    Columns { values: phase.vec_from(rows) }
}

#[zk_phase]
fn built(rows: &[u32]) -> Result<Columns<'static, u32>, AllocError> {
    Columns::new_in(phase, rows.len())
}

#[zk_phase(tmp in out)]
fn copied<'p>(columns: &Columns<'p, u32>, out: Phase<'p>) -> Columns<'p, u32> {
    columns.copy_into(tmp)
}

fn main() {
    let _ = (in_place, built, copied);
}
