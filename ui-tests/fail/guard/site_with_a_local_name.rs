use zkarena::{PhaseGuard, Plan, Site};

fn prove(rows: usize) {
    let name = format!("prove {rows}");
    let site = Site::new(&name, module_path!(), file!(), line!());
    let _guard = PhaseGuard::root(&site, Plan::new());
}

fn main() {
    prove(1);
}
