//! A site tells where a phase comes from: name, module, file and line of the function.

use crate::spy;
use zkarena_macros::zk_phase;

#[zk_phase(crate = spy)]
fn plain() {}

#[zk_phase(crate = spy)]
fn r#match() {}

#[zk_phase(crate = spy, name = "fri::fold")]
fn named() {}

#[test]
fn the_name_is_the_functions_unless_chosen() {
    assert_eq!(spy::site_of(plain).name, "plain");
    assert_eq!(spy::site_of(r#match).name, "match");
    assert_eq!(spy::site_of(named).name, "fri::fold");
}

#[test]
fn module_and_file_are_the_functions() {
    let site = spy::site_of(plain);
    assert_eq!(site.module, module_path!());
    assert_eq!(site.file, file!());
}

#[zk_phase(
    crate = spy,
    name = "an attribute of many lines",
)]
#[inline]
fn far_below_the_attribute() {
    spy::note(format!("body at {}", line!()));
}

#[test]
fn the_line_is_the_one_with_the_name() {
    let name = spy::site_of(far_below_the_attribute).line;
    assert!(spy::notes().contains(&format!("body at {}", name + 1)));
}

macro_rules! functions {
    ($($name:ident)*) => { $( #[zk_phase(crate = spy)] fn $name() {} )* };
}

const FIRST_LINE: u32 = line!() + 2;
functions! {
    made_first
    made_second
}

#[test]
fn functions_of_a_macro_are_told_apart() {
    assert_eq!(spy::site_of(made_first).line, FIRST_LINE);
    assert_eq!(spy::site_of(made_second).line, FIRST_LINE + 1);
}
