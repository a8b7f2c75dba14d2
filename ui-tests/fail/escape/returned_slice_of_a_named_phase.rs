use zkarena::zk_phase;

#[zk_phase(tmp)]
fn powers(rows: usize) -> &'static [u32] {
    let powers = tmp.zeroed::<u32>(rows);
    powers[0] = 1;
    powers
}

fn main() {
    powers(1);
}
