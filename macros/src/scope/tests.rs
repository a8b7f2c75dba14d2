//! What becomes of a block, and what is said to anything else.

use super::expand;
use crate::names::test::{text, tokens};

#[track_caller]
fn expands(scope: &str, name: &str, guard: &str) {
    expands_with(scope, name, guard, "::zkarena::__private::Plan::new()");
}

#[track_caller]
fn expands_with(scope: &str, name: &str, guard: &str, plan: &str) {
    let expected = format!(
        r#"{{
            static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
                "{name}", ::core::module_path!(), ::core::file!(), ::core::line!()
            );
            let r#t = ::zkarena::__private::PhaseGuard::{guard}
                &__ZKARENA_SITE, {plan});
            #[allow(
                clippy::used_underscore_binding,
                clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated
            )]
            let r#t: ::zkarena::__private::Phase<'_> =
                ::zkarena::__private::PhaseGuard::handle(&r#t);
            match () {{ () => {{ f(); 1 }} }}
        }}"#
    );
    let output = text(&expand(tokens(scope)));
    assert_eq!(output, text(&tokens(&expected)), "in `{scope}`");
}

#[test]
fn a_scope_lies_in_a_phase_or_is_a_root() {
    expands("r#t => { f(); 1 }", "t", "root(");
    expands("r#t in phase => { f(); 1 }", "t", "child(phase,");
    expands(
        "r#t in self.phases[0] => { f(); 1 }",
        "t",
        "child(self.phases[0],",
    );
    expands(
        r#""fri::fold", r#t in *p => { f(); 1 }"#,
        "fri::fold",
        "child(*p,",
    );
}

#[test]
fn a_plan_is_the_users() {
    let plan = "{ let plan: ::zkarena::__private::Plan = C::plan(n)?; plan }";
    for (scope, name, guard) in [
        ("r#t, plan = C::plan(n)? => { f(); 1 }", "t", "root("),
        (
            "r#t in *p, plan = C::plan(n)? => { f(); 1 }",
            "t",
            "child(*p,",
        ),
        (
            r#""a", r#t in p, plan = C::plan(n)? => { f(); 1 }"#,
            "a",
            "child(p,",
        ),
    ] {
        expands_with(scope, name, guard, plan);
    }
    let output = text(&expand(tokens("t, budget = 1 => { 1 }")));
    assert!(
        output.contains("write`plan=Plan::new().budget(..)`"),
        "{output}"
    );
    for scope in ["t, plan => { 1 }", "t, plan(p) => { 1 }"] {
        let output = text(&expand(tokens(scope)));
        assert!(
            output.contains("write`plan=Columns::plan(rows)`"),
            "{output}"
        );
    }
}

#[test]
fn anything_else_is_answered_with_the_form() {
    let form = "expected`scope!(tmpinphase=>{..})`";
    for scope in [
        "",
        "t",
        "{ 1 }",
        "t { 1 }",
        "t => 1",
        "t in => { 1 }",
        "t in phase { 1 }",
        "t, phase => { 1 }",
        "t => { 1 } + 1",
        "_ => { 1 }",
        r#""name" t => { 1 }"#,
        r#"t, "name" => { 1 }"#,
        "t, plan = => { 1 }",
        "t, plan = p, => { 1 }",
        "t, plan = p { 1 }",
        "t, plans = p => { 1 }",
    ] {
        let output = text(&expand(tokens(scope)));
        assert!(output.contains(form), "in `{scope}`: {output}");
    }
    for scope in [r#""", t => { 1 }"#, "7, t => { 1 }"] {
        let output = text(&expand(tokens(scope)));
        assert!(output.contains("thenameofaphase"), "in `{scope}`: {output}");
    }
}
