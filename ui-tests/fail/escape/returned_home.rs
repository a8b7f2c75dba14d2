use zkarena::{Home, zk_phase};

#[zk_phase]
fn home() -> Home<'static> {
    phase.scratch().into()
}

fn main() {
    home();
}
