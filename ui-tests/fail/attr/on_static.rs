use zkarena::zk_phase;

#[zk_phase]
pub static ROWS: u32 = 1;

fn main() {}
