// The second error is rustc's own: C-variadic definitions are unstable.
use zkarena::zk_phase;

#[zk_phase]
pub unsafe extern "C" fn log(_count: u32, _args: ...) {}

fn main() {}
