use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let mut rows = {
        let guard = PhaseGuard::root(&PROVE, Plan::new());
        guard.handle().vec_from(&[1]).into_iter()
    };
    rows.next();
}
