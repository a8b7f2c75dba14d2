use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let _guard = PhaseGuard::root(&PROVE, Plan::new().budget("512MiB"));
}
