//! What an attribute can stand on, in every edition.
#![forbid(unsafe_code)]
#![deny(warnings, rust_2018_idioms)]

use zkarena::{AllocError, ArenaAlloc, Detach, PVec, Phase, witness, zk_phase};

#[derive(ArenaAlloc, Detach)]
#[arena(new(rows))]
struct Columns<'ph, F> {
    #[arena(len = rows, init = |row| row)]
    indices: PVec<'ph, usize>,
    values: PVec<'ph, F>,
}

trait Prover {
    #[zk_phase(tmp)]
    fn prove(&self) -> usize {
        tmp.vec_from(&[1]).len()
    }
}

impl Prover for u32 {}

#[zk_phase(tmp in out, reserve = 64 * rows, name = "fold")]
fn fold<'p>(rows: usize, out: Phase<'p>) -> Columns<'p, usize> {
    let values = tmp.vec_from(&[rows]);
    let columns = Columns::new_in(tmp, rows, values).expect("there is memory");
    columns.promote(out)
}

#[zk_phase(try)]
fn kept(rows: usize) -> Result<Columns<'static, usize>, AllocError> {
    fold(rows, phase).try_detach()
}

struct Pair {
    left: Vec<u32>,
    right: Vec<u32>,
}

mod orders {
    #[zkarena::witness]
    #[zkarena::zk_phase(name = "above")]
    pub(super) fn above(pair: super::Pair, #[zkarena::witness] key: u32) -> Result<u32, std::num::ParseIntError> {
        #[zkarena::witness]
        let row: u32 = "1".parse()?;
        Ok(row.declassify() + pair.left[0] + pair.right[0] + key.declassify())
    }
}

#[zk_phase(tmp)]
#[witness]
fn below(pair: &mut Pair) -> &mut Vec<u32> {
    pair.left.extend(tmp.vec_from(&[1]).iter());
    &mut pair.right
}

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

fn main() {
    let mut pair = Pair { left: Vec::new(), right: Vec::new() };
    below(&mut pair).push(2);
    assert_eq!(orders::above(pair, 3), Ok(7));
    let columns = kept(3).expect("there is memory");
    assert_eq!((columns.indices.to_vec(), columns.values.to_vec()), (vec![0, 1, 2], vec![3]));
    assert_eq!(1.prove(), 1);
}
