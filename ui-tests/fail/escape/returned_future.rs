use zkarena::zk_phase;

#[zk_phase]
fn prove() -> impl Future<Output = u32> {
    async move { phase.zeroed::<u32>(1)[0] }
}

fn main() {
    drop(prove());
}
