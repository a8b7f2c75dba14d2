use zkarena::zk_phase;

#[zk_phase]
fn rows(digits: &str) -> u32 {
    let rows = digits.parse()?;
    rows
}

fn main() {
    rows("1");
}
