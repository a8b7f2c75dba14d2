//! A witness function: the body, its parameters and the phase are gone before the thread is wiped.

use crate::spy::{self, Noisy, note, notes};
use std::panic::catch_unwind;
use zkarena_macros::{witness, zk_phase};

const END: [&str; 3] = ["wipe captures", "end phase", "wipe thread"];

#[zk_phase(name = "phase")]
#[witness(crate = spy)]
fn takes(early: bool, consumed: Noisy, _kept: Noisy) -> usize {
    let _local = Noisy("local");
    if early {
        return 0;
    }
    drop(consumed);
    Noisy("temporary").0.len()
}

#[test]
fn all_that_the_body_has_is_gone_before_the_end() {
    takes(true, Noisy("consumed"), Noisy("kept"));
    let body = [
        "open phase wiped",
        "drop local",
        "drop kept",
        "drop consumed",
    ];
    assert_eq!(notes(), [&body[..], &END].concat());
    takes(false, Noisy("consumed"), Noisy("kept"));
    // The temporary and the local are dropped in the order of the edition.
    let body = notes();
    assert_eq!(body[..2], ["open phase wiped", "drop consumed"]);
    assert_eq!(body[4..], [&["drop kept"], &END[..]].concat());
}

#[witness(crate = spy)]
#[zk_phase(name = "phase", try, reserve = digits.len())]
fn fails(digits: &str) -> Result<u32, Box<dyn std::error::Error>> {
    let value: u32 = digits.parse()?;
    note("parsed");
    Ok(value)
}

impl std::fmt::Display for spy::__private::AllocError {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for spy::__private::AllocError {}

#[test]
fn an_error_ends_it() {
    assert!(fails("x").is_err());
    let opened = "open phase reserving 1 wiped";
    assert_eq!(notes(), [&[opened], &END[..]].concat());
    assert_eq!(fails("7").ok(), Some(7));
    assert_eq!(notes(), [&[opened, "parsed"], &END[..]].concat());
}

#[zk_phase(name = "phase", try, budget = 1)]
#[witness(crate = spy)]
fn does_not_open() -> Result<(), spy::__private::AllocError> {
    note("body");
    Ok(())
}

#[test]
fn a_phase_that_does_not_open_has_no_body() {
    assert!(does_not_open().is_err());
    assert_eq!(notes(), ["wipe thread"]);
}

#[witness(crate = spy)]
fn panics() -> ! {
    let _local = Noisy("local");
    panic!("on purpose")
}

#[test]
fn a_panic_ends_it() {
    assert!(catch_unwind(|| panics()).is_err());
    let expected = [
        "open panics wiped",
        "drop local",
        "wipe captures",
        "end panics",
        "wipe thread",
    ];
    assert_eq!(notes(), expected);
}

#[witness(crate = spy)]
fn secrets(#[witness] key: Noisy, #[witness] _other: u32) -> usize {
    note("body");
    #[witness]
    let third = 3;
    key.declassify().0.len() + third.declassify()
}

#[test]
fn marked_parameters_and_variables_are_secrets() {
    assert_eq!(secrets(Noisy("key"), 1), 6);
    let expected = [
        "open secrets wiped",
        "secret",
        "secret",
        "body",
        "secret",
        "drop key",
    ];
    assert_eq!(notes()[..6], expected);
}

#[zk_phase(name = "phase")]
#[witness(crate = spy)]
fn returns_what_it_took(first: Noisy, _second: Noisy) -> Noisy {
    first
}

#[test]
fn what_is_returned_outlives_it() {
    drop(returns_what_it_took(Noisy("first"), Noisy("second")));
    let expected = [
        &["open phase wiped", "drop second"],
        &END[..],
        &["drop first"],
    ]
    .concat();
    assert_eq!(notes(), expected);
}
