use zkarena::zk_phase;

#[zk_phase]
fn lookup() -> Box<dyn Fn(usize) -> u32> {
    let rows = phase.zeroed::<u32>(4);
    Box::new(move |row| rows[row])
}

fn main() {
    lookup()(1);
}
