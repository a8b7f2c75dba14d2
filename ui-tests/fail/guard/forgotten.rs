use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    let rows = guard.handle().zeroed::<u8>(1);
    std::mem::forget(guard);
    rows[0] = 1;
}
