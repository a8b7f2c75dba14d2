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
            let phase = ::zkarena::__private::PhaseGuard::root(
                &__ZKARENA_SITE, ::zkarena::__private::Plan::new()
            );
            #[allow(
                unused_variables,
                clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated
            )]
            let phase: ::zkarena::__private::Phase<'_> =
                ::zkarena::__private::PhaseGuard::handle(&phase);
            match () { () => { let y = x; y } }
        }"#,
    );
}

#[test]
fn everything_is_chosen() {
    expands(
        r#"tmp in out, name = "fri::fold", reserve = 3 * n, budget = "1KiB", try, crate = ::z"#,
        "fn f() {}",
        r#"fn f() {
            static __ZKARENA_SITE: ::z::__private::Site = ::z::__private::Site::new(
                "fri::fold", ::core::module_path!(), ::core::file!(), ::core::line!()
            );
            let tmp = match () { () => ::z::__private::PhaseGuard::try_child(
                out,
                &__ZKARENA_SITE,
                ::z::__private::Plan::budget(
                    ::z::__private::Plan::reserve(::z::__private::Plan::new(), 3 * n),
                    1024
                )
            ) }?;
            #[allow(
                clippy::used_underscore_binding,
                clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated
            )]
            let tmp: ::z::__private::Phase<'_> = ::z::__private::PhaseGuard::handle(&tmp);
            match () { () => {} }
        }"#,
    );
}

#[test]
fn a_plan_is_the_users() {
    let plan = r"::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        { let plan: ::zkarena::__private::Plan = C::plan(n)?; plan }
    )";
    let output = text(&expand(tokens("plan = C::plan(n)?"), tokens("fn f() {}")));
    assert!(output.contains(&text(&tokens(plan))), "{output}");
}

/// One error for both parts, at the first of them.
#[test]
fn a_plan_is_whole() {
    for (args, key) in [
        ("plan = p, reserve = 1", "reserve"),
        ("budget = 1, plan = p", "budget"),
        ("budget = 1, plan = p, reserve = 1", "reserve"),
    ] {
        let output = text(&expand(tokens(args), tokens("fn f() {}")));
        assert!(output.contains(&format!("`{key}`included")), "{output}");
        assert_eq!(output.matches("compile_error!").count(), 1, "{output}");
    }
}

/// What stands where the phase would, on the way to the body.
const STAND_IN: &str = r"
    #[allow(
        unused_variables,
        clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated
    )]
    let phase: ::zkarena::__private::Phase<'_> =
        ::core::option::Option::unwrap(::core::option::Option::None);
";

#[test]
fn inner_attributes_stay_in_front() {
    let error = r#"::core::compile_error! { "duplicate option `try`: keep one" }"#;
    expands(
        "try, try",
        "fn f() -> u32 { #![allow(unused)] g(phase) }",
        &format!(
            "{error} fn f() -> u32 {{
                #![allow(unused)]
                {STAND_IN}
                match () {{ () => {{ g(phase) }} }}
            }}"
        ),
    );
}

#[test]
fn a_rejected_function_that_ignores_the_phase_survives_as_it_is() {
    expands(
        "name",
        "pub fn f() { g() }",
        r#"::core::compile_error! { "option `name` needs a value: write `name = \"commit\"`" }
        pub fn f() { g() }"#,
    );
}

#[test]
fn so_does_one_whose_parameter_would_be_hidden() {
    expands(
        "",
        "fn f(phase: u32) -> u32 { phase }",
        r#"::core::compile_error! {
            "parameter `phase` would be hidden by the phase; write `#[zk_phase(other_name)]`"
        }
        fn f(phase: u32) -> u32 { phase }"#,
    );
}

#[test]
fn a_const_fn_that_uses_the_phase_is_not_const() {
    let error = r#"::core::compile_error! {
        "`#[zk_phase]` cannot wrap a `const fn`: opening a phase is a run-time action. Remove \
         `const`, or put the attribute on the caller"
    }"#;
    let output = expand(tokens(""), tokens("const fn f() { phase }"));
    let expected = format!("{error} fn f() {{ {STAND_IN} match () {{ () => {{ phase }} }} }}");
    let (output, expected) = (text(&output), text(&tokens(&expected)));
    assert_eq!(
        output[output.len() - 200..],
        expected[expected.len() - 200..]
    );
}

#[test]
fn a_statement_stays_as_it_is() {
    expands("foo", "let x = 1;", "let x = 1;");
}

#[test]
fn counts_come_before_the_phase_and_vectors_behind_it() {
    let body = expands_to(
        "try, budget = 9, reserve(rows = n, events: (u8, u8) <= n / 3, r#type)",
        "fn f(n: usize) { rows.push(1) }",
    );
    let expected = r#"
        let count_rows = <::zkarena::__private::Reservation<_>>::exact(
            "rows", { let count: ::core::primitive::usize = n; count }
        );
        let count_events = <::zkarena::__private::Reservation<(u8, u8)>>::at_most(
            "events", { let count: ::core::primitive::usize = n / 3; count }
        );
        let count_type = <::zkarena::__private::Reservation<_>>::unknown("type");
        let phase = match () { () => ::zkarena::__private::PhaseGuard::try_root(
            &__ZKARENA_SITE,
            ::zkarena::__private::Reservation::in_plan(&count_type,
                ::zkarena::__private::Reservation::in_plan(&count_events,
                    ::zkarena::__private::Reservation::in_plan(&count_rows,
                        ::zkarena::__private::Plan::budget(::zkarena::__private::Plan::new(), 9))))
        ) }?;
    "#;
    assert!(body.contains(&text(&tokens(expected))), "{body}");
    let quiet =
        "#[allow(unused_mut, clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated)]";
    let opened = ["rows", "events", "type"].map(|name| {
        let raw = if name == "type" { "r#" } else { "" };
        format!("{quiet} let mut {raw}{name} = ::zkarena::__private::Reservation::open(count_{name}, phase);")
    });
    let opened = opened.concat() + "match () { () => { rows.push(1) } }";
    assert!(body.contains(&text(&tokens(&opened))), "{body}");
}

#[test]
fn a_rejected_function_finds_its_vectors() {
    let body = expands_to("5, reserve(a: u8 = 1, b, c, n)", "fn f(n: u8) { g(a, b) }");
    let private = "::zkarena::__private::Reserved";
    let stand_in = |name: &str, element: &str| {
        format!(
            "#[allow(unused_mut)] let mut {name}: {private}<'_, {element}> =
                ::core::option::Option::unwrap(::core::option::Option::None);"
        )
    };
    let expected = format!(
        "fn f(n: u8) {{ {} {} match () {{ () => {{ g(a, b) }} }} }}",
        stand_in("a", "u8"),
        stand_in("b", "_")
    );
    assert!(body.ends_with(&text(&tokens(&expected))), "{body}");
}

fn expands_to(args: &str, item: &str) -> String {
    text(&expand(tokens(args), tokens(item)))
}
