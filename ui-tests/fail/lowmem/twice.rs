use zkarena::{lowmem, zk_phase};

#[lowmem]
#[zkarena::lowmem]
fn commit() {}

#[zk_phase]
#[lowmem]
#[inline]
#[lowmem(require)]
fn open() {}

fn main() {
    commit();
    open();
}
