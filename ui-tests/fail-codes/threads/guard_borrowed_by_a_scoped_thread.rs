use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    std::thread::scope(|threads| {
        threads.spawn(|| guard.handle().zeroed::<u8>(1).len());
    });
}
