use zkarena::{lowmem, zk_phase};

#[lowmem(require, encrypt)]
fn commit() {}

#[zk_phase]
#[lowmem(encrypt, min = 4096, require)]
fn open() {}

fn main() {
    commit();
    open();
}
