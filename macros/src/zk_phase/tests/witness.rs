//! What becomes of a function with `#[witness]`, token by token.

use super::{contains, phase, rejects, short, text, tokens};
use crate::witness as attribute;

/// With `#[witness(args)]` on the item.
fn witness(args: &str, item: &str) -> String {
    short(&text(&attribute::expand(tokens(args), tokens(item))))
}

#[test]
fn the_body_runs_apart() {
    let output = witness(
        "",
        "#[inline] pub fn f<T>(self: S, mut x: T, S { y, .. }: S) -> T where T: Copy { g(); x }",
    );
    let expected = r#"#[inline] pub fn f<T>(self: S, mut x: T, S { y, .. }: S) -> T where T: Copy {
        static __ZKARENA_SITE: P::Site = P::Site::new(
            "f", ::core::module_path!(), ::core::file!(), ::core::line!()
        );
        let _wipe = P::ThreadWipe::at_end();
        let phase = P::PhaseGuard::root(&__ZKARENA_SITE, P::Plan::witness(P::Plan::new()));
        let phase: P::Phase<'_> = P::PhaseGuard::handle(&phase);
        let mut apart = P::Apart::new(move || -> T {
            let _ = (&y, &x, &self,);
            match () { () => { g(); x } }
        });
        (P::Apart::run)(&mut apart)
    }"#;
    assert_eq!(output, text(&tokens(expected)));
}

#[test]
fn either_order_is_the_same_but_for_the_import() {
    let options = "tmp in out, try, plan = p";
    let below = phase(options, "#[a] #[zkarena::witness] #[b] fn f() { g() }");
    let above = witness(
        "",
        &format!("#[a] #[zkarena::zk_phase({options})] #[b] fn f() {{ g() }}"),
    );
    contains(
        &below,
        "#[allow(unused_imports)] use zkarena::witness as _;",
    );
    contains(
        &below,
        "try_child(out, &__ZKARENA_SITE, P::Plan::witness({ let plan: P::Plan = p; plan }))",
    );
    assert_eq!(
        below.replace("usezkarena::witness", "usezkarena::zk_phase"),
        above
    );
}

#[test]
fn what_is_returned_is_said_where_it_can_be() {
    for (output, closure) in [
        ("", "move || -> ()"),
        ("-> !", "move || -> !"),
        ("-> Result<&'a T, E>", "move || -> Result<&'a T, E>"),
        ("-> impl Fn() + 'a", "move || -> _"),
        (
            "-> Result<&'a [(impl A<impl B>, [C; 2])], Box<dyn D<E = impl F> + 'a>>",
            "move || -> Result<&'a [(_, [C; 2])], Box<dyn D<E = _> + 'a>>",
        ),
        ("-> Result<opaque!(impl A), E>", "move ||"),
    ] {
        let output = witness("", &format!("fn f() {output} {{ x }}"));
        contains(
            &output,
            &format!("P::Apart::new({closure} {{ match () {{ () => {{ x }} }} }})"),
        );
    }
}

#[test]
fn every_name_of_a_pattern_is_captured() {
    for (pattern, captures) in [
        ("_", ""),
        ("mut a", "let _ = (&a,);"),
        ("ref a", "let _ = (&a,);"),
        ("(a, _, [b, ..])", "let _ = (&b, &a,);"),
        ("&S(a, T { b, c: d, .. })", "let _ = (&d, &b, &a,);"),
        ("a @ S { .. }", "let _ = (&a,);"),
        ("(A(b) | B(b))", "let _ = (&b, &b,);"),
        ("#[cfg(a)] #[allow(b)] c", "let _ = (#[cfg(a)] &c,);"),
    ] {
        let output = witness("", &format!("fn f({pattern}: T) {{ x }}"));
        contains(
            &output,
            &format!("move || -> () {{ {captures} match () {{ () => {{ x }} }} }}"),
        );
    }
}

#[test]
fn marks_make_secrets() {
    let output = witness(
        "",
        "fn f(#[witness] #[cfg(a)] mut x: T, #[a::witness] y: impl U) {
            #[a] #[witness] #[b] let z = if c { 1 } else { 2 };
            if z { m!(#[witness] let mut a: Option<A> = g::<B, C>();) }
            #[witness] let outer = { #[witness] let inner = 1; inner };
            #[witness] fn inside(#[witness] x: T) -> [u8; { 1 }] { #[witness] let z = 1; }
            impl S { fn inside(self) -> S<{ 1 }> { #[witness] let z = 1; } }
            let f: fn(u8) = #[witness] |x| x;
        }",
    );
    contains(&output, "fn f(#[cfg(a)] x: T, y: impl U)");
    let secret = "#[allow(
        clippy::used_underscore_binding,
        clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated
    )]";
    let output = output.replace(&text(&tokens(secret)), "");
    contains(
        &output,
        "#[cfg(a)] let mut x = P::Secret::new(x); let y = P::Secret::new(y);",
    );
    contains(
        &output,
        "#[a] #[b] let z = <P::Secret<_>>::new(if c { 1 } else { 2 });
        if z { m!(let mut a: P::Secret<Option<A> > = <P::Secret<_>>::new(g::<B, C>());) }
        let outer = <P::Secret<_>>::new({ let inner = <P::Secret<_>>::new(1); inner });
        #[witness] fn inside(#[witness] x: T) -> [u8; { 1 }] { #[witness] let z = 1; }
        impl S { fn inside(self) -> S<{ 1 }> { #[witness] let z = 1; } }
        let f: fn(u8) = #[witness] |x| x;",
    );
}

#[test]
fn a_mark_is_on_a_name_with_a_value() {
    let pattern = "bind it to a name";
    for (item, expected) in [
        ("fn f(#[witness] &self) {}", "`self` keeps its type"),
        (
            "fn f(#[witness] self: Box<Self>) {}",
            "`self` keeps its type",
        ),
        ("fn f(#[witness] (a, b): T) {}", pattern),
        ("fn f(#[witness] _: T) {}", pattern),
        ("fn f() { #[witness] let (a, b) = c; }", pattern),
        ("fn f() { #[witness] let Some(a) = b else { c }; }", pattern),
        ("fn f() { #[witness] let a @ B = c; }", pattern),
        (
            "fn f() { #[witness] let a; }",
            "write `#[witness] let a = ..;`",
        ),
        (
            "fn f() { #[witness] let a: A; }",
            "write `#[witness] let a = ..;`",
        ),
        (
            "fn f() { #[witness] let a = b else { c }; }",
            "remove the `else`",
        ),
        ("fn f() { #[witness(a)] let a = b; }", "takes no options"),
        ("fn f(#[witness = 1] a: A) {}", "takes no options"),
        (
            "fn f(#[witness] #[a::witness] a: A) {}",
            "duplicate `#[witness]`",
        ),
    ] {
        rejects(&witness("", item), &[expected]);
    }
}

#[test]
fn marks_are_for_witness_functions() {
    let output = phase(
        "",
        "fn f(#[witness] x: T, #[witness] y: T) { #[witness] let z = 1; g(x, y, z, phase) }",
    );
    rejects(&output, &["put `#[witness]` on the function, too"]);
    contains(&output, "let z = <P::Secret<_>>::new(1);");
    contains(&output, "let y = P::Secret::new(y);");
}

#[test]
fn what_cannot_be_in_a_phase_cannot_be_a_witness() {
    let wraps = "`#[witness]` cannot wrap";
    rejects(&witness("", "async fn f() {}"), &[wraps]);
    rejects(&witness("", "const fn f() {}"), &[wraps]);
    rejects(
        &witness("", "fn f(#[witness] a: A);"),
        &["`#[witness]` needs a body"],
    );
    rejects(
        &witness("", "unsafe extern \"C\" fn f(a: ...) {}"),
        &[wraps],
    );
    rejects(
        &witness("", "#[zk_phase] async fn f() {}"),
        &["`#[zk_phase]` cannot wrap"],
    );
    rejects(
        &phase("", "#[witness] async fn f() {}"),
        &["`#[zk_phase]` cannot wrap"],
    );
    rejects(&witness("", "fn f(phase: u32) {}"), &["would be hidden"]);
}

#[test]
fn one_attribute_of_each() {
    let (twice, disk) = ("duplicate `#[witness]`", "exclude each other");
    rejects(&witness("", "#[a::witness] fn f() {}"), &[twice]);
    rejects(&phase("", "#[witness] #[a::witness] fn f() {}"), &[twice]);
    rejects(
        &witness("", "#[zk_phase] #[zk_phase] fn f() {}"),
        &["duplicate `#[zk_phase]`"],
    );
    rejects(&witness("", "#[lowmem] fn f() {}"), &[disk]);
    rejects(&phase("", "#[lowmem] #[witness] fn f() {}"), &[disk]);
}

#[test]
fn the_options_of_both_are_read() {
    rejects(
        &phase("", "#[witness(wipe)] fn f() {}"),
        &["unknown option `wipe`"],
    );
    rejects(&witness("wipe", "fn f() {}"), &["unknown option `wipe`"]);
    rejects(&witness("", "#[zk_phase(nmae)] fn f() { }"), &[]);
    rejects(
        &witness("", "#[zk_phase = tmp] fn f() {}"),
        &["expected an option"],
    );
    contains(
        &phase("", "#[witness(crate = ::z)] fn f() {}"),
        "::z::__private::Apart::new",
    );
    contains(
        &phase("crate = ::y", "#[witness(crate = ::z)] fn f() {}"),
        "::y::__private::Apart::new",
    );
    contains(
        &witness("crate = ::z", "#[zk_phase(crate = ::y)] fn f() {}"),
        "::y::__private::Apart::new",
    );
}
