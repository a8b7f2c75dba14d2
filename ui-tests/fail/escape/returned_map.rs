use hashbrown::{DefaultHashBuilder, HashMap};
use zkarena::{Phase, zk_phase};

#[zk_phase]
fn lookups() -> HashMap<u32, u32, DefaultHashBuilder, Phase<'static>> {
    let mut lookups = HashMap::new_in(phase);
    lookups.insert(1, 2);
    lookups
}

fn main() {
    lookups();
}
