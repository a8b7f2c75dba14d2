use zkarena::zk_phase;

#[zk_phase(nmae = "commit", crate, 5)]
#[zk_phase]
async fn prove() -> u32 {
    1
}

#[zk_phase(name)]
struct Columns;

fn main() {
    drop((prove(), Columns));
}
