use zkarena::{PhaseGuard, Plan, Site};

static ROUND: Site = Site::new("round", module_path!(), file!(), line!());

fn main() {
    let mut parent = PhaseGuard::root(&ROUND, Plan::new());
    let child = PhaseGuard::child(parent.handle(), &ROUND, Plan::new());
    parent.reset();
    drop(child);
}
