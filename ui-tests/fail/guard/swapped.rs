use zkarena::{PhaseGuard, Plan, Site};

static ROUND: Site = Site::new("round", module_path!(), file!(), line!());

fn main() {
    let mut this = PhaseGuard::root(&ROUND, Plan::new());
    let mut next = PhaseGuard::root(&ROUND, Plan::new());
    let rows = this.handle().vec_from(&[1]);
    std::mem::swap(&mut this, &mut next);
    drop(next);
    println!("{rows:?}");
}
