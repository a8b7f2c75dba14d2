use hashbrown::{DefaultHashBuilder, HashMap};
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    HashMap::<u32, u32, DefaultHashBuilder, _>::new_in(phase.local());
}

fn main() {
    prove();
}
