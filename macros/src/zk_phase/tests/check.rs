//! What `#[zk_phase]` says about the item it is on, and what it leaves of it.

use super::{text, tokens};
use crate::diagnostics::Diagnostics;
use crate::item_fn::Annotated;
use crate::zk_phase::args::Args;
use crate::zk_phase::check;
use quote::ToTokens;

const NOT_A_FUNCTION: &str =
    "`#[zk_phase]` goes on a function; for a block use `zkarena::scope!(tmp in phase => { .. })`";
const NO_BODY: &str = "`#[zk_phase]` needs a body: put it on the impl's method, or on the caller of a foreign function";
const DUPLICATE: &str = "duplicate `#[zk_phase]`: a call opens one phase, keep one attribute";
const ASYNC: &str = "`#[zk_phase]` cannot wrap an `async fn`: the phase would stay open (and hold \
    its memory) while the task is suspended. Open the phase inside the synchronous part, or run it \
    with `spawn_blocking`";
const CONST: &str = "`#[zk_phase]` cannot wrap a `const fn`: opening a phase is a run-time action. \
    Remove `const`, or put the attribute on the caller";
const VARIADIC: &str = "`#[zk_phase]` cannot wrap a C-variadic function: put it on a function with \
    a fixed list of arguments that this one calls";

/// What is said about `item`, and what is left of it.
fn check(item: &str) -> (Vec<String>, String) {
    let mut diagnostics = Diagnostics::default();
    let mut item = Annotated::parse(tokens(item), &mut diagnostics);
    check::item(&Args::default(), &mut item, &mut diagnostics);
    (diagnostics.messages(), text(&item.to_token_stream()))
}

/// Besides being reported, the item survives as it is.
#[track_caller]
fn rejects(item: &str, expected: &[&str]) {
    let (messages, left) = check(item);
    assert_eq!(messages, expected, "in `{item}`");
    assert_eq!(left, text(&tokens(item)));
}

#[track_caller]
fn accepts(item: &str) {
    rejects(item, &[]);
}

#[test]
fn every_kind_of_function_with_a_body_is_accepted() {
    for item in [
        "fn f() {}",
        "pub(crate) unsafe extern \"C\" fn f(a: u32) -> u32 { a }",
        "#[inline] #[unsafe(no_mangle)] pub extern fn f() -> ! { loop {} }",
        "default fn f(self: Box<Self>) where Self: Sized { }",
        "fn f<'a, T: Copy, const N: usize>(&'a self, [a, ..]: [T; N]) -> impl Fn(T) -> T + 'a { |x| x }",
        "fn f() { #![allow(unused)] //! inner\n let x = 1; }",
    ] {
        accepts(item);
    }
}

#[test]
fn the_body_is_not_parsed() {
    accepts("fn f() { syntax [of] another @ edition }");
}

#[test]
fn async_and_const_functions_are_rejected() {
    rejects("async fn f() {}", &[ASYNC]);
    rejects("pub const fn f() -> u32 { 1 }", &[CONST]);
}

#[test]
fn a_function_without_a_body_is_rejected() {
    rejects("fn f(&self) -> u32;", &[NO_BODY]);
    rejects("fn printf(format: *const u8, ...) -> i32;", &[NO_BODY]);
}

#[test]
fn a_variadic_definition_is_rejected() {
    rejects(
        "unsafe extern \"C\" fn f(n: u32, args: ...) {}",
        &[VARIADIC],
    );
}

#[test]
fn every_further_attribute_is_reported_and_taken_away() {
    let (messages, left) = check("#[zk_phase] #[inline] #[zkarena::zk_phase(5)] fn f() {}");
    assert_eq!(messages, [DUPLICATE, DUPLICATE]);
    assert_eq!(left, text(&tokens("#[inline] fn f() {}")));
}

#[test]
fn all_mistakes_are_reported_at_once() {
    rejects(
        "const unsafe extern \"C\" fn f(args: ...) {}",
        &[CONST, VARIADIC],
    );
    rejects("async fn f();", &[ASYNC, NO_BODY]);
}

#[test]
fn other_items_are_rejected() {
    for item in [
        "pub struct S;",
        "enum E { A }",
        "union U { a: u32 }",
        "const F: fn() = f;",
        "static F: fn() = f;",
        "type F = fn();",
        "use a::f;",
        "extern crate core;",
        "unsafe extern \"C\" { fn f(); }",
        "macro_rules! m { () => {} }",
        "m! { fn f() {} }",
    ] {
        rejects(item, &[NOT_A_FUNCTION]);
    }
}

#[test]
fn items_that_hold_functions_are_rejected_by_name() {
    for (item, keyword) in [
        ("unsafe impl Send for S {}", "impl"),
        ("pub unsafe trait T { fn f(); }", "trait"),
        ("mod m { fn f() {} }", "mod"),
    ] {
        let expected = format!(
            "`#[zk_phase]` goes on a function: put it on each function of this `{keyword}` that \
             should open a phase"
        );
        rejects(item, &[&expected]);
    }
}

#[test]
fn statements_and_expressions_are_left_to_rustc() {
    for item in [
        "let x = 1;",
        "x + 1",
        "f();",
        "|x| x + 1",
        "async move { 1 }",
        "unsafe { f() }",
    ] {
        accepts(item);
    }
}

#[test]
fn an_item_that_syn_cannot_read_survives() {
    let item = "fn f(x: $) {}";
    let (messages, left) = check(item);
    assert_eq!(messages.len(), 1);
    assert_eq!(left, text(&tokens(item)));
}

#[test]
fn a_parameter_is_not_hidden() {
    let hidden = "parameter `phase` would be hidden by the phase; write `#[zk_phase(other_name)]`";
    for item in [
        "fn f(phase: u32) {}",
        "fn f(&self, mut phase: Phase<'_>) {}",
        "fn f((a, [phase, ..]): (u32, [u32; 2])) {}",
        "fn f(S { phase, .. }: S, r#phase: u32) {}",
        "fn f(phase @ S { .. }: S) {}",
    ] {
        rejects(item, &[hidden]);
    }
    for item in [
        "fn f(phases: phase::Phase) {}",
        "fn f(S { phase: a }: S) {}",
        "fn f(phase::S(a): phase::S, phase(b): phase) {}",
        "fn f(phase: u32);",
    ] {
        let (messages, _) = check(item);
        assert!(!messages.contains(&hidden.to_string()), "in `{item}`");
    }
}

#[test]
fn a_returned_lifetime_comes_from_outside() {
    for item in [
        "fn f<'a>(x: &'a u32) -> &'a u32 { x }",
        "fn f<'a, 'b: 'a>(x: &'b u32) -> &'a u32 { x }",
        "fn f<'a, T: Tr + 'a>(x: T) -> Box<dyn Tr + 'a> { x }",
        "fn f<'a, 'b>(x: &'b u32) -> &'a u32 where 'b: 'a { x }",
        "fn f<'a>(self: &S<'a>) -> &'a u32 { x }",
        "fn f() -> PVec<'static, u32> { x }",
        "fn f(&self) -> PVec<'_, u32> { x }",
        "fn f(&self) -> PVec<'of_the_impl, u32> { x }",
        "fn f() -> impl for<'a> Fn(&'a u32) -> &'a u32 { x }",
    ] {
        accepts(item);
    }
    let expected = "the return type names `'a`, but the phase of this function ends when it \
        returns\nhelp: return an owned value (`.detach()`), or take the caller's phase: \
        `out: Phase<'a>` and allocate the result there";
    for item in [
        "fn f<'a>() -> PVec<'a, u32> { x }",
        "fn f<'a, 'b>(x: &'b u32) -> Result<(&'b u32, PVec<'a, u32>), E> { x }",
        "fn f<'a: 'b, 'b>(x: &'b u32) -> vec_type!('a) { x }",
    ] {
        rejects(item, &[expected]);
    }
}
