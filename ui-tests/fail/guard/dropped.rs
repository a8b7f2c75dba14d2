use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    let rows = guard.handle().vec_from(&[1]);
    drop(guard);
    println!("{rows:?}");
}
