use zkarena::zk_phase;

fn spawn(_task: impl Future<Output = ()> + Send + 'static) {}

#[zk_phase]
fn prove() {
    spawn(async move {
        phase.zeroed::<u8>(1);
    });
}

fn main() {
    prove();
}
