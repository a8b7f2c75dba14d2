use zkarena::{PVec, PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

fn main() {
    let mut layers: Vec<PVec<u8>> = vec![];
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    layers.push(guard.handle().vec_from(&[1]));
}
