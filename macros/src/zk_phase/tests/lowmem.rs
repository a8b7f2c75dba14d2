//! What becomes of a function with `#[lowmem]`, token by token.

use super::{contains, phase, rejects, short, text, tokens};
use crate::{lowmem as attribute, witness};

/// With `#[lowmem(args)]` on the item.
fn lowmem(args: &str, item: &str) -> String {
    short(&text(&attribute::expand(tokens(args), tokens(item))))
}

#[test]
fn the_policy_is_part_of_the_plan() {
    for (args, policy) in [
        ("", "P::Lowmem::new()"),
        (
            "min = \"4MiB\"",
            "P::Lowmem::min(P::Lowmem::new(), 4194304)",
        ),
        (
            "min = 2 * rows",
            "P::Lowmem::min(P::Lowmem::new(), 2 * rows)",
        ),
        (
            "prefer = file",
            "P::Lowmem::prefer(P::Lowmem::new(), P::Prefer::File)",
        ),
        (
            "prefer = budget, require,",
            "P::Lowmem::require(P::Lowmem::prefer(P::Lowmem::new(), P::Prefer::Budget))",
        ),
        ("encrypt", "P::Lowmem::encrypt(P::Lowmem::new())"),
    ] {
        let guard = format!(
            "let phase = P::PhaseGuard::root(
                &__ZKARENA_SITE, P::Plan::lowmem(P::Plan::new(), {policy})
            );"
        );
        contains(&lowmem(args, "fn f(rows: usize) { g() }"), &guard);
    }
}

#[test]
fn either_order_is_the_same_but_for_the_import() {
    let options = "tmp in out, try, plan = p";
    let below = phase(
        options,
        "#[a] #[zkarena::lowmem(require)] #[b] fn f() { g() }",
    );
    let above = lowmem(
        "require",
        &format!("#[a] #[zkarena::zk_phase({options})] #[b] fn f() {{ g() }}"),
    );
    contains(&below, "#[allow(unused_imports)] use zkarena::lowmem as _;");
    contains(
        &below,
        "try_child(out, &__ZKARENA_SITE, P::Plan::lowmem(
            { let plan: P::Plan = p; plan }, P::Lowmem::require(P::Lowmem::new())
        ))",
    );
    assert_eq!(
        below.replace("usezkarena::lowmem", "usezkarena::zk_phase"),
        above
    );
}

#[test]
fn a_fallible_phase_looks_at_its_file_behind_the_body() {
    let item = "fn f() -> Result<impl A, E> { return g() }";
    let looks = "let done: Result<_, E> = { match () { () => { return g() } } };
        #[allow(unreachable_code)]
        let () = match () { () => P::check_library_file() }?;
        done";
    contains(&phase("try", &format!("#[lowmem] {item}")), looks);
    for output in [
        phase("", &format!("#[lowmem] {item}")),
        phase("try", &format!("#[lowmem(encrypt)] {item}")),
        phase("try", item),
    ] {
        assert!(!output.contains("check_library_file"), "{output}");
    }
}

#[test]
fn a_witness_stays_encrypted_in_every_order() {
    let plan = "P::Plan::lowmem(
        P::Plan::witness(P::Plan::new()), P::Lowmem::encrypt(P::Lowmem::new())
    )";
    for output in [
        phase("", "#[witness] #[lowmem(encrypt)] fn f() { g() }"),
        phase("", "#[lowmem(encrypt)] #[witness] fn f() { g() }"),
        lowmem("encrypt", "#[witness] fn f() { g() }"),
        lowmem("encrypt", "#[witness] #[zk_phase] fn f() { g() }"),
        short(&text(&witness::expand(
            tokens(""),
            tokens("#[lowmem(encrypt)] #[zk_phase] fn f() { g() }"),
        ))),
    ] {
        contains(&output, plan);
        contains(&output, "P::Apart::new");
        assert!(
            !output.contains("#[lowmem") && !output.contains("#[witness"),
            "{output}"
        );
    }
    let disk = "exclude each other";
    rejects(&phase("", "#[witness] #[lowmem] fn f() {}"), &[disk]);
    rejects(&lowmem("prefer = file", "#[witness] fn f() {}"), &[disk]);
}

#[test]
fn wrong_options_are_reported_together() {
    let output = lowmem(
        "min = \"big\", prefer = disk, require = 1, swap, min, 5",
        "#[b] fn f() { g() }",
    );
    rejects(
        &output,
        &[
            "this is not a size",
            "`prefer` takes `budget`",
            "after `require`",
            "unknown option `swap`",
            "option `min` needs a value",
            "expected an option, one of `min`",
        ],
    );
    assert!(output.ends_with("#[b]fnf(){g()}"), "{output}");
    rejects(
        &lowmem("require, encrypt", "fn f() {}"),
        &["cannot be encrypted"],
    );
    for value in ["file + 1", "\"file\"", "Prefer::File", "file budget"] {
        rejects(
            &lowmem(&format!("prefer = {value}"), "fn f() {}"),
            &["write `prefer = file`"],
        );
    }
    rejects(
        &lowmem("prefer = file, prefer = file", "fn f() {}"),
        &["duplicate option"],
    );
    rejects(&lowmem("prefer", "fn f() {}"), &["needs a value"]);
    rejects(
        &phase("", "#[lowmem(5)] fn f() {}"),
        &["expected an option"],
    );
}

#[test]
fn one_attribute_of_each() {
    let twice = "duplicate `#[lowmem]`";
    rejects(&lowmem("", "#[zkarena::lowmem] fn f() {}"), &[twice]);
    rejects(
        &phase("", "#[lowmem] #[lowmem(encrypt)] fn f() {}"),
        &[twice],
    );
    rejects(
        &lowmem("", "#[zk_phase] #[zk_phase] fn f() {}"),
        &["duplicate `#[zk_phase]`"],
    );
}

#[test]
fn it_goes_on_functions() {
    for (item, expected) in [
        ("impl S {}", "on each function of this `impl`"),
        ("mod m {}", "on each function of this `mod`"),
        ("trait T {}", "on each function of this `trait`"),
        ("type T = u8;", "goes on a function"),
        ("union U { a: u8 }", "goes on a function"),
        ("struct S;", "field by field"),
        ("#[derive(A)] pub enum E {}", "field by field"),
        ("#[a] #[zkarena::witness] struct S;", "exclude each other"),
    ] {
        let output = lowmem("", item);
        rejects(&output, &[expected]);
        assert!(output.ends_with(&text(&tokens(item))), "{output}");
    }
    rejects(&lowmem("", "async fn f() {}"), &["`#[lowmem]` cannot wrap"]);
    rejects(&lowmem("", "fn f();"), &["`#[lowmem]` needs a body"]);
    rejects(
        &lowmem("encrypt", "#[witness] const fn f() {}"),
        &["`#[witness]` cannot wrap"],
    );
    assert_eq!(lowmem("", "let x = 1;"), "letx=1;");
}

#[test]
fn the_crate_may_have_another_name() {
    contains(
        &lowmem("crate = ::z", "fn f() {}"),
        "::z::__private::Lowmem::new()",
    );
    contains(
        &phase("crate = ::y", "#[lowmem(crate = ::z)] fn f() {}"),
        "::y::__private::Lowmem::new()",
    );
}
