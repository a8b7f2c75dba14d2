//! What is said about a type and its options; most texts are shown by `ui-tests/fail/derive`.

use super::tokens;
use crate::arena_alloc::check;
use crate::arena_alloc::model::Model;
use crate::diagnostics::Diagnostics;

fn messages(item: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let input = syn::parse2(tokens(item)).expect("the item is one");
    if let Some(model) = Model::read(input, &mut diagnostics) {
        check::model(&model, &mut diagnostics);
    }
    diagnostics.messages()
}

#[track_caller]
fn rejects(item: &str, expected: &[&str]) {
    let messages = messages(item);
    assert_eq!(messages.len(), expected.len(), "in `{item}`: {messages:?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "in `{item}`: {message}");
    }
}

#[track_caller]
fn accepts(item: &str) {
    rejects(item, &[]);
}

/// A struct in a phase with a constructor and one field of these options.
fn field(options: &str) -> String {
    format!("#[arena(new(n))] struct S<'a> {{ #[arena({options})] a: A }}")
}

#[test]
fn every_form_is_accepted() {
    for item in [
        "struct S;",
        "struct S(u32, #[arena(skip)] u32);",
        "pub struct S<'ph, 'x, T: A, const N: usize> where T: B { a: PVec<'ph, [T; N]> }",
        "enum E {}",
        "#[repr(C, align(8))] enum E<'a> { A, B(#[arena(witness)] u32), C { #[arena(default)] d: D } }",
        "#[arena(bound(T: ArenaAlloc), lifetime = 'b, crate = z)] struct S<'a, 'b, T>(T);",
        "#[arena(bound = \"T: X, U: Y\",)] #[arena(new())] struct S<'a, T, U>(T, U);",
    ] {
        accepts(item);
    }
}

#[test]
fn every_option_of_a_field_is_accepted() {
    for options in [
        "",
        "poly",
        "scratch, len = 2 * n, init = F::ZERO, align = 4096",
        "init = |i| f(i, 1), len = n, reserve = f::<A, B>(n)",
        "reserve = n, align = 1",
        "init = 5",
        "skip, init = phase",
        "default",
        "default, init = 5",
    ] {
        accepts(&field(options));
    }
}

#[test]
fn options_that_exclude_each_other() {
    for (options, expected) in [
        ("poly, scratch", "exactly one kind"),
        ("skip, default", "either moved as it is"),
        ("skip, scratch", "`scratch` is for data in an arena"),
        ("default, reserve = 1", "`reserve` is for data in an arena"),
        ("skip, len = 1, align = 8", "`len` is for data in an arena"),
        ("align = 8", "`align` is that of the block"),
        (
            "reserve = 1, init = 1",
            "`init` fills the elements of `len`",
        ),
        ("lowmem, poly", "exactly one kind"),
        ("lowmem, skip", "`lowmem` is for data in an arena"),
        (
            "lowmem, len = 1, reserve = 2",
            "`reserve` is for data in an arena",
        ),
        (
            "lowmem, len = 1, align = 64",
            "`align` is for data in an arena",
        ),
    ] {
        rejects(&field(options), &[expected]);
    }
}

#[test]
fn the_constructor_has_a_struct_in_a_phase() {
    rejects(
        "struct S<'a>(#[arena(len = 1)] A<'a>);",
        &["`len` is for the constructor"],
    );
    rejects(
        "struct S<'a>(A<'a>, #[arena(init = 1)] B);",
        &["`init` is for"],
    );
    rejects(
        "#[arena(new(n))] enum E<'a> { A(A<'a>) }",
        &["`new` goes on a struct"],
    );
    rejects("#[arena(new(n))] struct S(A);", &["has no lifetime"]);
}

#[test]
fn one_lifetime_is_the_phases() {
    rejects("struct S<'a, 'b>(A<'a, 'b>);", &["lifetime = 'a"]);
    rejects(
        "#[arena(lifetime = 'c)] struct S<'a>(A<'a>);",
        &["`'c` is not a lifetime"],
    );
    rejects(
        "#[arena(lifetime = 'a)] struct S(A);",
        &["`'a` is not a lifetime"],
    );
}

#[test]
fn what_is_skipped_is_the_same_in_every_phase() {
    for ty in ["&'ph u8", "Vec<(u8, A<'ph>)>", "a!('ph)"] {
        let item = format!("struct S<'ph, 'x>(A, #[arena(skip)] {ty});");
        rejects(&item, &["must not mention the phase lifetime `'ph`"]);
    }
    accepts("struct S<'ph, 'x>(A, #[arena(skip)] &'x u8);");
    for item in [
        "struct S<'ph, T: zkarena::ArenaAlloc>(#[arena(skip)] Vec<T>);",
        "struct S<T>(#[arena(skip)] T) where T: Copy + Detach;",
        "#[arena(bound(T: ArenaAlloc))] enum E<T> { A(#[arena(skip)] T) }",
    ] {
        rejects(item, &["must not mention `T`"]);
    }
}

#[test]
fn unions_packed_types_and_variants_are_rejected() {
    rejects("union U { a: u8 }", &["a union cannot move"]);
    rejects("#[repr(packed)] struct S(u8);", &["a packed type"]);
    rejects(
        "#[repr(C)] #[repr(packed(2))] struct S(u8);",
        &["a packed type"],
    );
    rejects("enum E { #[arena(skip)] A }", &["not on a variant"]);
}

#[test]
fn every_field_has_its_error() {
    rejects(
        "#[arena(nwe)] struct S<'a>(#[arena(a)] A, #[arena(b = 1)] B, #[arena(skip)] C<'a>);",
        &["option `nwe`", "option `a`", "option `b`", "lifetime `'a`"],
    );
}
