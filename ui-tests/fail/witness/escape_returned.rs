use zkarena::{PVec, Phase, witness, zk_phase};

#[witness]
fn slice(rows: usize) -> &'static [u32] {
    if rows > 1 {
        return phase.zeroed(rows);
    }
    phase.zeroed(1)
}

#[zk_phase(tmp in out)]
#[witness]
fn value_of_the_child<'p>(rows: &[u32], out: Phase<'p>) -> PVec<'p, u32> {
    let _ = out.vec_from(rows);
    tmp.vec_from(rows)
}

struct Prover {
    rows: Vec<u32>,
}

impl Prover {
    #[witness]
    #[zk_phase]
    fn method(&self) -> PVec<'_, u32> {
        phase.vec_from(&self.rows)
    }
}

#[witness]
fn question_mark(rows: usize) -> Result<u32, &'static [u8]> {
    if rows > 0 {
        let reason: &[u8] = phase.zeroed(rows);
        Err(reason)?;
    }
    Ok(1)
}

fn main() {}
