//! What becomes of a function, token by token.

use super::{text, tokens};
use crate::zk_phase::expand;

#[track_caller]
fn expands(args: &str, item: &str, expected: &str) {
    let output = expand(tokens(args), tokens(item));
    assert_eq!(text(&output), text(&tokens(expected)));
}

#[test]
fn the_phase_is_named_after_the_function() {
    expands(
        "",
        "#[inline] pub fn r#move<T>(x: T) -> T where T: Copy { let y = x; y }",
        r#"#[inline] pub fn r#move<T>(x: T) -> T where T: Copy {
            static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
                "move", ::core::module_path!(), ::core::file!(), ::core::line!()
            );
            let __zkarena_phase = ::zkarena::__private::PhaseGuard::open(&__ZKARENA_SITE);
            match () { () => { let y = x; y } }
        }"#,
    );
}

#[test]
fn name_and_facade_are_chosen() {
    expands(
        r#"name = "fri::fold", crate = ::renamed"#,
        "fn f() {}",
        r#"fn f() {
            static __ZKARENA_SITE: ::renamed::__private::Site = ::renamed::__private::Site::new(
                "fri::fold", ::core::module_path!(), ::core::file!(), ::core::line!()
            );
            let __zkarena_phase = ::renamed::__private::PhaseGuard::open(&__ZKARENA_SITE);
            match () { () => {} }
        }"#,
    );
}

#[test]
fn inner_attributes_stay_in_front() {
    expands(
        "crate = z",
        "fn f() -> u32 { #![allow(unused)] 1 }",
        r#"fn f() -> u32 {
            #![allow(unused)]
            static __ZKARENA_SITE: z::__private::Site = z::__private::Site::new(
                "f", ::core::module_path!(), ::core::file!(), ::core::line!()
            );
            let __zkarena_phase = z::__private::PhaseGuard::open(&__ZKARENA_SITE);
            match () { () => { 1 } }
        }"#,
    );
}

#[test]
fn a_rejected_function_survives_without_the_phase() {
    expands(
        "name",
        "pub fn f() { g() }",
        r#"::core::compile_error! { "option `name` needs a value: write `name = \"commit\"`" }
        pub fn f() { g() }"#,
    );
}

#[test]
fn a_statement_stays_as_it_is() {
    expands("foo", "let x = 1;", "let x = 1;");
}
