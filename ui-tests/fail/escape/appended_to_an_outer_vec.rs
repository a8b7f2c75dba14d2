use zkarena::{PVec, Phase, zk_phase};

#[zk_phase(tmp in out)]
fn commit<'p>(layers: &mut PVec<'p, &'p [u32]>, out: Phase<'p>) {
    let mut more = tmp.vec::<&[u32]>();
    more.push(tmp.zeroed(1));
    layers.append(&mut more);
}

fn main() {}
