use zkarena::lowmem;

#[lowmem]
fn commit() {}

fn main() {
    commit();
}
