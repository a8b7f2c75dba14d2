use zkarena::{ArenaAlloc, Phase, scope};

fn fold(out: Phase<'_>) -> usize {
    scope!(tmp => {
        let mut layers = tmp.vec();
        layers.push(&*tmp.zeroed::<u32>(1));
        layers.promote(out).len()
    })
}

fn main() {}
