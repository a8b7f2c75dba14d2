use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    std::thread::spawn(move || drop(guard));
}
