use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let parent = PhaseGuard::root(&PROVE, Plan::new());
    let _child = PhaseGuard::child(parent.handle(), &PROVE, Plan::new());
    drop(parent);
}
