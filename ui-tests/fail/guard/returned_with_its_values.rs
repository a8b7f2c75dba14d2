use zkarena::{PVec, PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn prove() -> (PhaseGuard<'static>, PVec<'static, u32>) {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    let rows = guard.handle().vec_from(&[1]);
    (guard, rows)
}

fn main() {
    prove();
}
