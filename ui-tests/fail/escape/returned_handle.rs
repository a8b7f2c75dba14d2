use zkarena::{Phase, zk_phase};

#[zk_phase]
fn opened() -> Phase<'static> {
    phase
}

fn main() {
    opened();
}
