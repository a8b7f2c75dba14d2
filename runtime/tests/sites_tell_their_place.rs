//! `site!` is where it stands: one site per call in the source, however often it is passed.

use zkarena::{PhaseGuard, Plan, Site, report, site};

fn generic<T>(_: T) -> &'static Site {
    site!("generic")
}

/// A macro of the user's: the place is that of its call.
macro_rules! opened {
    ($name:expr) => {
        PhaseGuard::open(site!($name))
    };
}

const CONSTANT: &str = concat!("a ", "constant");

#[test]
fn one_site_per_call() {
    let sites: Vec<_> = (0..3).map(|_| site!("in a loop")).collect();
    assert!(sites.iter().all(|site| std::ptr::eq(*site, sites[0])));
    assert!(std::ptr::eq(generic(1u8), generic("x")));
    assert!(!std::ptr::eq(site!("a"), site!("a")));
}

#[test]
fn the_report_has_name_and_place() {
    let line = line!() + 1;
    let guard = PhaseGuard::root(site!("by hand"), Plan::new());
    let inner = PhaseGuard::child(guard.handle(), site!(CONSTANT,), Plan::new());
    let opened = opened!("by a macro");
    drop((opened, inner));
    drop(guard);
    let report = report();
    for (name, line) in [
        ("by hand", line),
        ("a constant", line + 1),
        ("by a macro", line + 2),
    ] {
        let mut sites = report.sites().iter();
        let site = sites.find(|site| site.name == name).expect("in the report");
        assert_eq!((site.file, site.line), (file!(), line), "{name}");
        assert_eq!((site.module, site.runs), (module_path!(), 1), "{name}");
    }
}
