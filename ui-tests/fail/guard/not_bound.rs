#![deny(unused_must_use)]
use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    PhaseGuard::root(&PROVE, Plan::new());
}
