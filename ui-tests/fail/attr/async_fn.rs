use zkarena::zk_phase;

#[zk_phase]
async fn prove() -> u32 {
    commit().await
}

async fn commit() -> u32 {
    1
}

fn main() {
    drop(prove());
}
