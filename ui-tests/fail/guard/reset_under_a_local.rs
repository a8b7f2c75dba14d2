use zkarena::{PhaseGuard, Plan, Site};

static ROUND: Site = Site::new("round", module_path!(), file!(), line!());

fn main() {
    let mut guard = PhaseGuard::root(&ROUND, Plan::new());
    let local = guard.handle().local();
    guard.reset();
    local.alloc(1);
}
