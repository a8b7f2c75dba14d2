use zkarena::zk_phase;

#[zk_phase]
fn rows<'a>(_: &'a u32) -> &'a [u32] {
    let rows = vec![1];
    &rows
}

fn main() {
    rows(&1);
}
