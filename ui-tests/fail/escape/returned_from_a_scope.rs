use zkarena::{PVec, Phase, scope};

fn fold<'p>(out: Phase<'p>) -> PVec<'p, u32> {
    scope!(tmp in out => { return tmp.vec_from(&[1]) })
}

fn main() {}
