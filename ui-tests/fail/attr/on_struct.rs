use zkarena::zk_phase;

#[zk_phase]
pub struct Columns(u32);

fn main() {}
