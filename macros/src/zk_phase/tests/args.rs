//! What `Args::parse` accepts, and what it says to the rest.

use super::{text, tokens};
use crate::diagnostics::Diagnostics;
use crate::zk_phase::args::Args;
use quote::ToTokens;

/// What is read from `options`, and what is said about them.
fn parse(options: &str) -> (Args, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(tokens(options), &mut diagnostics);
    (args, diagnostics.messages())
}

fn name(options: &str) -> Option<String> {
    let (args, messages) = parse(options);
    assert_eq!(messages, [""; 0], "in `{options}`");
    args.name.map(|name| name.value())
}

fn facade(options: &str) -> Option<String> {
    let (args, messages) = parse(options);
    assert_eq!(messages, [""; 0], "in `{options}`");
    args.facade.map(|path| text(&path.to_token_stream()))
}

#[track_caller]
fn rejects(options: &str, expected: &[&str]) {
    assert_eq!(parse(options).1, expected, "in `{options}`");
}

#[test]
fn no_option_is_needed() {
    assert_eq!(name(""), None);
    assert_eq!(facade(""), None);
}

#[test]
fn a_name_is_any_string_literal() {
    assert_eq!(name(r#"name = "fri::fold""#).as_deref(), Some("fri::fold"));
    assert_eq!(name(r#"name = r"fold""#).as_deref(), Some("fold"));
}

#[test]
fn the_facade_is_any_path() {
    for path in [
        "renamed",
        "::renamed",
        "crate::memory",
        "self::z",
        "super::super::z",
    ] {
        assert_eq!(facade(&format!("crate = {path}")).as_deref(), Some(path));
    }
}

#[test]
fn options_come_in_any_order_and_may_end_in_a_comma() {
    for options in [r#"name = "a", crate = z"#, r#"crate = z, name = "a","#] {
        assert_eq!(name(options).as_deref(), Some("a"));
        assert_eq!(facade(options).as_deref(), Some("z"));
    }
}

#[test]
fn unknown_options_are_answered_with_the_known_ones() {
    let unknown = "unknown option `foo`, expected one of `name`, `reserve`, `budget`, `plan`, `trace(..)`, `try`, `crate`";
    for options in ["foo = 1", "foo(1)", "foo::bar = 1", "foo; bar"] {
        rejects(options, &[unknown]);
    }
}

#[test]
fn an_option_starts_with_its_name() {
    let not_an_option = "expected an option, one of `name`, `reserve`, `budget`, `plan`, `trace(..)`, `try`, `crate`: write for example `name = \"commit\"`";
    for options in [r#""commit""#, "5", "= 5", ",", "(name)"] {
        rejects(options, &[not_an_option]);
    }
}

#[test]
fn an_option_is_given_once() {
    rejects(
        r#"name = "a", name = "b""#,
        &["duplicate option `name`: keep one"],
    );
    rejects(
        "crate = a, crate = b",
        &["duplicate option `crate`: keep one"],
    );
}

#[test]
fn an_option_has_a_value() {
    let name = "option `name` needs a value: write `name = \"commit\"`";
    for options in ["name", "name =", "name = ,", r#"name "x""#, r#"name: "x""#] {
        rejects(options, &[name]);
    }
    rejects(
        "crate",
        &["option `crate` needs a value: write `crate = ::renamed`"],
    );
}

#[test]
fn a_value_does_not_go_in_parentheses() {
    let name = "the value of `name` goes after a `=`: write `name = \"commit\"`";
    rejects(r#"name("x")"#, &[name]);
    let facade = "the value of `crate` goes after a `=`: write `crate = ::renamed`";
    rejects("crate(renamed)", &[facade]);
}

#[test]
fn only_a_comma_follows_a_value() {
    let after_name = "expected `,` or `)` after the value of `name`";
    rejects(r#"name = "a" b"#, &[after_name]);
    rejects(r#"name = "a"; crate = z"#, &[after_name]);
    rejects(
        "crate = a b c",
        &["expected `,` or `)` after the value of `crate`"],
    );
}

#[test]
fn a_name_is_a_literal_with_something_in_it() {
    let not_a_string = "the name of a phase is a string literal: write `name = \"commit\"`";
    for value in ["5", "NAME", "b\"x\"", "'x'", "concat!(\"a\", \"b\")"] {
        rejects(&format!("name = {value}"), &[not_a_string]);
    }
    let empty = "the name of a phase cannot be empty: write `name = \"commit\"`, or leave it \
                 out to use the function's name";
    for value in ["\"\"", "\"  \""] {
        rejects(&format!("name = {value}"), &[empty]);
    }
}

#[test]
fn the_facade_is_not_a_string() {
    let not_a_path = "`crate` takes the path of the zkarena crate: write `crate = ::renamed`";
    for value in ["\"renamed\"", "5", "a::", "a::<B>"] {
        rejects(&format!("crate = {value}"), &[not_a_path]);
    }
}

#[test]
fn every_mistake_is_reported_and_the_rest_is_read() {
    let (args, messages) = parse(r#"foo = 1, crate, name = "kept", 5"#);
    assert_eq!(messages.len(), 3);
    assert_eq!(args.name.map(|name| name.value()).as_deref(), Some("kept"));
}

fn handle(options: &str) -> (Option<String>, Option<String>) {
    let (args, messages) = parse(options);
    assert_eq!(messages, [""; 0], "in `{options}`");
    let parent = args.parent.map(|parent| text(&parent.to_token_stream()));
    (args.handle.map(|handle| handle.to_string()), parent)
}

#[test]
fn a_word_of_ones_own_names_the_handle() {
    let tmp = Some(String::from("tmp"));
    assert_eq!(handle("tmp"), (tmp.clone(), None));
    assert_eq!(handle(r#"name = "a", tmp, try"#), (tmp.clone(), None));
    for parent in ["out", "self.phase", "*scoped", "phases[0]"] {
        let options = format!("tmp in {parent}, try");
        assert_eq!(handle(&options), (tmp.clone(), Some(parent.into())));
    }
}

#[test]
fn a_handle_has_one_name_and_perhaps_a_parent() {
    rejects("a, b", &["the phase is already called `a`: keep one name"]);
    let missing = "`tmp in` needs the phase around it: write `tmp in out`";
    rejects("tmp in", &[missing]);
    rejects("tmp in, try", &[missing]);
    rejects("tmp in struct", &["the value of `tmp` is an expression"]);
    rejects("tmp out", &["expected `,` or `)` after `tmp`"]);
    rejects(
        "tmp in out of",
        &["expected `,` or `)` after `tmp` and its parent"],
    );
    let keyword = "unknown option `static`, expected one of `name`, `reserve`, `budget`, `plan`, \
                   `trace(..)`, `try`, `crate`";
    rejects("static", &[keyword]);
}

/// What the plan says of `reserve` and `budget`.
fn sizes(options: &str) -> [Option<String>; 2] {
    let (args, messages) = parse(options);
    assert_eq!(messages, [""; 0], "in `{options}`");
    [args.reserve, args.budget].map(|size| size.map(|size| text(&size.value)))
}

#[test]
fn a_size_is_an_expression_or_a_text() {
    let some = |size: &str| Some(size.to_string());
    assert_eq!(sizes("reserve = 3 * n, try"), [some("3*n"), None]);
    assert_eq!(
        sizes("budget = f::<A, B>(), reserve = \"2KiB\""),
        [some("2048"), some("f::<A,B>()")]
    );
    let bad = "this is not a size: write a number of bytes with or without a unit, such as \
               `\"512MiB\"`; the units are KiB, MiB, GiB and TiB";
    rejects("reserve = \"12 parsecs\", budget = \"\"", &[bad, bad]);
    rejects(
        "reserve = struct",
        &["the value of `reserve` is an expression"],
    );
    rejects(
        "reserve, budget",
        &[
            "option `reserve` needs a value: write `reserve = \"512MiB\"`",
            "option `budget` needs a value: write `budget = \"2GiB\"`",
        ],
    );
}

#[test]
fn a_plan_is_an_expression() {
    let (args, messages) = parse("plan = C::<u8, B>::plan(n)?.budget(1), try");
    assert_eq!(messages, [""; 0]);
    let plan = args.plan.map(|plan| text(&plan.value));
    assert_eq!(plan.as_deref(), Some("C::<u8,B>::plan(n)?.budget(1)"));
    rejects("plan = struct", &["the value of `plan` is an expression"]);
    let missing = "option `plan` needs a value: write `plan = Columns::plan(rows)`";
    rejects("plan", &[missing]);
    rejects("plan = p, plan = q", &["duplicate option `plan`: keep one"]);
}

#[test]
fn try_is_a_word_without_a_value() {
    assert!(parse("try").0.fallible.is_some());
    rejects("try = true", &["expected `,` or `)` after `try`"]);
    rejects("try, try", &["duplicate option `try`: keep one"]);
}

#[test]
fn reservations_are_read_in_their_order() {
    let (args, messages) =
        parse("reserve(a = 1, b: Vec<(u8, [u8; 4])> <= f(1, 2) << 3, c, d: X,), reserve = 4096");
    assert_eq!(messages, [""; 0]);
    let names = args.reservations.iter().map(|of| of.name.to_string());
    assert_eq!(names.collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(args.reserve.is_some());
}

#[test]
fn what_is_no_reservation_is_said_at_once() {
    const EXPECTED: &str = "expected a vector and the number of its elements: write \
        `reserve(refunds = n, events <= n / 3)`, with `events: Event <= n / 3` where the type of the elements is to \
        be said; a number of bytes is `reserve = \"512MiB\"`";
    for clause in [
        "",
        "4096",
        "\"512MiB\"",
        "a < n",
        "a >= n",
        "a =",
        "a <=",
        "a: = n",
        "a + 1",
        "fn = 1",
    ] {
        rejects(&format!("reserve({clause})"), &[EXPECTED]);
    }
    rejects("reserve(1, a =, b = 2, 3)", &[EXPECTED; 3]);
    rejects(
        "reserve(a = fn, b = 1 2), name = \"n\"",
        &[
            "the value of `a` is an expression",
            "expected `,` or `)` after the count of `b`",
        ],
    );
    rejects(
        "reserve(a, a)",
        &["`a` is reserved twice: each name is a variable of its own"],
    );
    rejects(
        "reserve(a), reserve(b)",
        &["duplicate option `reserve`: keep one"],
    );
    rejects("reserve(a) b", &["expected `,` or `)` after `reserve(..)`"]);
}
