use zkarena::zk_phase;

#[zk_phase]
fn rows() -> u32 {
    let name = "rows";
    name
}

#[zk_phase]
fn columns(rows: u32) -> u32 {
    rows + 1;
}

fn main() {
    rows();
    columns(1);
}
