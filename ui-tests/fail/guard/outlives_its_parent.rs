use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let child = {
        let parent = PhaseGuard::root(&PROVE, Plan::new());
        PhaseGuard::child(parent.handle(), &PROVE, Plan::new())
    };
    child.handle().vec_from(&[1]);
}
