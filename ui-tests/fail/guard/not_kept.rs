use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let phase = PhaseGuard::root(&PROVE, Plan::new()).handle();
    phase.vec_from(&[1]);
}
