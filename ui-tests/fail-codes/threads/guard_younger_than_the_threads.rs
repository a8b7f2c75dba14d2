use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    std::thread::scope(|threads| {
        let guard = PhaseGuard::root(&PROVE, Plan::new());
        let phase = guard.handle();
        threads.spawn(move || phase.zeroed::<u8>(1).len());
    });
}
