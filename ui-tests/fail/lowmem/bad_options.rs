use zkarena::lowmem;

#[lowmem(min = "a lot", prefer = disk, require = yes, swap, encrypt(aes), 5, min)]
fn commit() {}

#[lowmem(prefer, prefer = "file", prefer = file budget)]
fn open() {}

fn main() {
    commit();
    open();
}
