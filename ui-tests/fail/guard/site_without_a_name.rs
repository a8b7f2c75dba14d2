use zkarena::{PhaseGuard, site};

fn main() {
    let _guard = PhaseGuard::open(site!());
}
