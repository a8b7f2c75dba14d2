use zkarena::{lowmem, witness, zk_phase};

#[witness]
#[zkarena::witness]
fn twice() {}

#[zk_phase]
#[witness]
#[inline]
#[zkarena::witness]
fn twice_below() {}

#[witness]
#[zk_phase]
#[zk_phase]
fn phase_twice() {}

#[witness]
#[zkarena::lowmem]
fn on_disk() {}

#[zk_phase]
#[zkarena::lowmem]
#[witness]
fn on_disk_below() {}

#[lowmem]
#[zk_phase]
#[witness]
fn on_disk_above() {}

fn main() {}
