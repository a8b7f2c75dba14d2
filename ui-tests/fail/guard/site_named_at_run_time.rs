use zkarena::{PhaseGuard, Site, site};

fn named_by_a_local(name: &'static str) {
    let _guard = PhaseGuard::open(site!(name));
}

fn named_by_a_number() -> &'static Site {
    site!(7)
}

fn main() {
    named_by_a_local("prove");
    named_by_a_number();
}
