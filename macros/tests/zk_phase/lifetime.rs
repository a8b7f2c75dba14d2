//! A phase spans the body: when it opens and when it ends.

use crate::spy::{self, Noisy, note, notes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zkarena_macros::zk_phase;

#[zk_phase(crate = spy)]
fn returns() {
    note("body");
}

#[test]
fn it_opens_before_the_body_and_ends_after_it() {
    returns();
    assert_eq!(notes(), ["open returns", "body", "end returns"]);
}

#[zk_phase(crate = spy)]
fn returns_early(early: bool) -> u32 {
    if early {
        return 1;
    }
    note("late");
    2
}

#[test]
fn it_ends_on_an_early_return() {
    assert_eq!(returns_early(true), 1);
    assert_eq!(notes(), ["open returns_early", "end returns_early"]);
}

#[zk_phase(crate = spy, name = "parse")]
fn fails(digits: &str) -> Result<u32, std::num::ParseIntError> {
    let value: u32 = digits.parse()?;
    note("parsed");
    Ok(value)
}

#[test]
fn it_ends_on_a_question_mark() {
    assert!(fails("x").is_err());
    assert_eq!(notes(), ["open parse", "end parse"]);
    assert_eq!(fails("7"), Ok(7));
    assert_eq!(notes(), ["open parse", "parsed", "end parse"]);
}

#[zk_phase(crate = spy)]
fn panics() -> ! {
    panic!("on purpose")
}

#[test]
fn it_ends_on_a_panic() {
    assert!(catch_unwind(|| panics()).is_err());
    assert_eq!(notes(), ["open panics", "end panics"]);
}

#[zk_phase(crate = spy)]
fn leaves_a_temporary() -> usize {
    let _local = Noisy("local");
    Noisy("temporary").0.len()
}

#[test]
fn it_ends_after_the_temporaries_of_the_last_expression() {
    leaves_a_temporary();
    // The two are dropped in the order of the edition.
    let [first, _, _, last] = notes().try_into().expect("four notes");
    assert_eq!(
        [first, last],
        ["open leaves_a_temporary", "end leaves_a_temporary"]
    );
}

#[zk_phase(crate = spy)]
fn takes(consumed: Noisy, _kept: Noisy) {
    drop(consumed);
}

#[test]
fn arguments_that_are_not_consumed_outlive_it() {
    takes(Noisy("consumed"), Noisy("kept"));
    assert_eq!(
        notes(),
        ["open takes", "drop consumed", "end takes", "drop kept"]
    );
}

#[zk_phase(crate = spy, name = "level")]
fn recurses(depth: u32) -> u32 {
    if depth == 0 {
        0
    } else {
        1 + recurses(depth - 1)
    }
}

#[test]
fn every_call_of_a_recursion_has_its_own() {
    assert_eq!(recurses(2), 2);
    assert_eq!(notes(), [["open level"; 3], ["end level"; 3]].concat());
}

#[zk_phase(crate = spy)]
fn hands_out_a_closure() -> impl Fn() {
    || note("called")
}

#[test]
fn what_the_function_returns_is_used_outside() {
    hands_out_a_closure()();
    assert_eq!(
        notes(),
        [
            "open hands_out_a_closure",
            "end hands_out_a_closure",
            "called"
        ]
    );
}

#[test]
fn a_captured_unwind_leaves_the_outer_one_open() {
    #[zk_phase(crate = spy)]
    fn outer() {
        let _ = catch_unwind(AssertUnwindSafe(|| panics()));
        note("after");
    }
    outer();
    assert_eq!(
        notes(),
        [
            "open outer",
            "open panics",
            "end panics",
            "after",
            "end outer"
        ]
    );
}
