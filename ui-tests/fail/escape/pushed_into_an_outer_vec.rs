use zkarena::zk_phase;

#[zk_phase]
fn commit<'a>(layers: &mut Vec<&'a [u32]>) {
    layers.push(phase.zeroed(1));
}

fn main() {
    commit(&mut vec![]);
}
