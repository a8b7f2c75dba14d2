use zkarena::{lowmem, witness, zk_phase};

#[lowmem(require)]
#[witness]
fn required() {}

#[witness]
#[lowmem(min = "1MiB", prefer = file)]
fn chosen() {}

#[zk_phase]
#[lowmem(encrypt, require)]
#[witness]
fn contradiction() {}

#[witness]
#[lowmem(encrypt)]
#[zkarena::lowmem]
fn twice() {}

fn main() {
    required();
    chosen();
    contradiction();
    twice();
}
