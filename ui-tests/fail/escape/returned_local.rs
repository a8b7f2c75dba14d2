use zkarena::{Local, zk_phase};

#[zk_phase]
fn local() -> Local<'static> {
    phase.local()
}

fn main() {
    local();
}
