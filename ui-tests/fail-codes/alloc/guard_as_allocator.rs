use hashbrown::{DefaultHashBuilder, HashMap};
use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    let _lookups = HashMap::<u32, u32, DefaultHashBuilder, _>::new_in(&guard);
}
