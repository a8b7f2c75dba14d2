use zkarena::{PhaseGuard, Plan, Site};

static ROUND: Site = Site::new("round", module_path!(), file!(), line!());

fn main() {
    let mut guard = PhaseGuard::root(&ROUND, Plan::new());
    let rows = guard.handle().zeroed::<u8>(1);
    guard = PhaseGuard::root(&ROUND, Plan::new());
    rows[0] = 1;
    drop(guard);
}
