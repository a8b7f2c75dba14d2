use zkarena::lowmem;

#[lowmem(min = 1.5)]
fn commit() {}

#[lowmem(min = rows as u64)]
fn open(rows: usize) {}

fn main() {
    commit();
    open(1);
}
