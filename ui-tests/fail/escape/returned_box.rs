use zkarena::{PBox, zk_phase};

#[zk_phase]
fn name() -> PBox<'static, String> {
    phase.boxed(String::from("fold"))
}

fn main() {
    name();
}
