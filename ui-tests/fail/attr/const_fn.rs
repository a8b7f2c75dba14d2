use zkarena::zk_phase;

#[zk_phase]
const fn rows(log_rows: u32) -> usize {
    1 << log_rows
}

const ROWS: usize = rows(4);

fn main() {
    println!("{ROWS}");
}
