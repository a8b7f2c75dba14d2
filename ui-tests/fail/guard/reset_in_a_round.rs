use zkarena::{PhaseGuard, Plan, Site};

static ROUND: Site = Site::new("round", module_path!(), file!(), line!());

fn main() {
    let mut guard = PhaseGuard::root(&ROUND, Plan::new());
    let mut layers = Vec::new();
    for round in 0..4 {
        layers.push(guard.handle().vec_from(&[round]));
        guard.reset();
    }
}
