//! What the options do: the handle's name, the phase around it, sizes, and `try`.

use crate::spy::{self, notes};
use spy::__private::{AllocError, Phase};
use zkarena_macros::zk_phase;

#[zk_phase(crate = spy)]
fn by_default() -> String {
    phase.0.to_string()
}

#[zk_phase(crate = spy, tmp)]
fn named(phase: u32) -> String {
    format!("{} {phase}", tmp.0)
}

#[test]
fn the_body_has_a_handle() {
    assert_eq!(by_default(), "by_default");
    assert_eq!(named(1), "named 1");
}

#[zk_phase(crate = spy, tmp in out)]
fn in_another(out: Phase<'_>) -> Phase<'_> {
    assert_eq!(tmp.0, "in_another");
    out
}

#[test]
fn a_phase_is_opened_in_another() {
    assert_eq!(in_another(Phase("outer")).0, "outer");
    assert_eq!(notes(), ["open in_another in outer", "end in_another"]);
}

#[zk_phase(crate = spy, reserve = 3 * n, budget = "1KiB", name = "sized")]
fn sized(n: usize) {}

#[test]
fn sizes_may_depend_on_arguments() {
    sized(2);
    assert_eq!(notes(), ["open sized reserving 6 within 1024", "end sized"]);
}

#[zk_phase(crate = spy, try, budget = 1)]
fn fails(called: &mut bool) -> Result<(), AllocError> {
    *called = true;
    Ok(())
}

#[zk_phase(crate = spy, try)]
fn succeeds() -> Result<u32, AllocError> {
    Ok(1)
}

#[test]
fn a_phase_that_cannot_be_opened_is_an_error() {
    let mut called = false;
    assert!(fails(&mut called).is_err() && !called);
    assert_eq!(succeeds().ok(), Some(1));
}
