use zkarena::lowmem;

#[lowmem]
async fn commit() {}

#[lowmem]
const fn open() -> u32 {
    1
}

trait Prover {
    #[lowmem]
    fn prove();
}

#[lowmem(require)]
fn verify(phase: u32) -> u32 {
    phase
}

fn main() {
    drop(commit());
    verify(open());
}
