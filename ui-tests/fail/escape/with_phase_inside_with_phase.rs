use zkarena::{PVec, with_phase};

fn main() {
    with_phase(|outer| {
        let mut layers: PVec<'_, PVec<'_, u32>> = outer.vec();
        with_phase(|inner| layers.push(inner.vec_from(&[1])));
        layers.len()
    });
}
