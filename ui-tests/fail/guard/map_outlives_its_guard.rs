use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let mut lookups = {
        let guard = PhaseGuard::root(&PROVE, Plan::new());
        hashbrown::HashMap::<u32, u32, hashbrown::DefaultHashBuilder, _>::new_in(guard.handle())
    };
    lookups.insert(1, 2);
}
