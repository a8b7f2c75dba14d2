use zkarena::zk_phase;

#[zk_phase]
pub type Rows = u32;

fn main() {}
