use zkarena::zk_phase;

#[zk_phase]
pub const ROWS: u32 = 1;

fn main() {}
