//! What `#[witness]` says, and what it writes.

use super::expand;
use crate::names::test::{text, tokens};

/// The output for the item, with `P` for the private module.
fn witness(item: &str) -> String {
    text(&expand(tokens(""), tokens(item))).replace("::zkarena::__private::", "P::")
}

#[track_caller]
fn contains(output: &str, expected: &str) {
    let expected = text(&tokens(expected));
    assert!(output.contains(&expected), "no `{expected}` in `{output}`");
}

#[track_caller]
fn rejects(item: &str, expected: &[&str]) {
    let output = witness(item);
    let errors = output.matches("compile_error!").count();
    assert_eq!(errors, expected.len(), "in `{item}`: {output}");
    for expected in expected {
        let expected: String = expected.split_whitespace().collect();
        assert!(output.contains(&expected), "in `{item}`: {output}");
    }
}

#[test]
fn every_field_that_is_not_public_is_checked() {
    let output = witness(
        "#[derive(ArenaAlloc)] pub struct S<'ph, F: X = u8, const N: usize = 1> where F: Y {
            a: PVec<'ph, F, Secret>, #[public] #[arena(skip)] n: usize, b: [Secret<F>; N],
        }",
    );
    assert!(!output.contains("compile_error"), "{output}");
    contains(
        &output,
        "#[derive(ArenaAlloc)] pub struct S<'ph, F: X = u8, const N: usize = 1> where F: Y {
            a: PVec<'ph, F, Secret>, #[arena(skip)] n: usize, b: [Secret<F>; N],
        }",
    );
    contains(
        &output,
        "fn check() {
            let () = <PVec<'ph, F, Secret> as P::SecretSafe>::CHECK;
            let () = <[Secret<F>; N] as P::SecretSafe>::CHECK;
        }",
    );
    contains(
        &output,
        "impl<'ph, F: X, const N: usize> P::SecretSafe for S<'ph, F, N> where F: Y {}",
    );
    contains(
        &output,
        "impl<'ph, F: X, const N: usize> WitnessTypesMustNotBeClone for S<'ph, F, N> where F: Y {}",
    );
}

#[test]
fn every_form_is_accepted() {
    for item in [
        "struct S;",
        "struct S(Secret<u8>, #[public] u8);",
        "struct r#type {}",
        "enum E {}",
        "#[repr(C)] enum E<T: SecretSafe> { A, B(T), C { #[public] c: u8 } }",
    ] {
        rejects(item, &[]);
    }
}

#[test]
fn a_type_gets_no_destructor() {
    let output = witness("struct S(Secret<u8>);");
    assert!(
        !output.contains("Drop") && !output.contains("unsafe"),
        "{output}"
    );
}

#[test]
fn it_goes_on_functions_structs_and_enums() {
    for (item, expected) in [
        (
            "union U { a: u8 }",
            "goes on a function, whose memory is wiped",
        ),
        ("type T = u8;", "or on a struct or an enum"),
        ("impl S {}", "on each of them in this `impl`"),
        ("mod m {}", "on each of them in this `mod`"),
        ("trait T {}", "on each of them in this `trait`"),
    ] {
        rejects(item, &[expected]);
        assert!(witness(item).ends_with(&text(&tokens(item))));
    }
}

#[test]
fn what_is_reported_is_taken_off() {
    rejects("#[zkarena::witness] struct S;", &["duplicate `#[witness]`"]);
    rejects("#[lowmem] enum E {}", &["exclude each other"]);
    rejects(
        "#[derive(A, Copy, std::clone::Clone)] struct S;",
        &["remove `Copy`"],
    );
    rejects(
        "#[derive(Clone)] #[derive(Debug, Copy)] struct S;",
        &["remove `Clone`", "remove `Debug`"],
    );
    rejects("#[repr(C, packed(2))] struct S;", &["a packed type"]);
    rejects(
        "#[cfg_attr(test, repr(packed))] struct S;",
        &["a packed type"],
    );
    rejects(
        "struct S { #[witness] a: A }",
        &["remove this `#[witness]`"],
    );
    rejects(
        "enum E { #[public] #[witness] A }",
        &["not on a variant", "remove this `#[witness]`"],
    );
    rejects(
        "struct S(#[public] #[public] u8);",
        &["duplicate `#[public]`"],
    );
    rejects(
        "struct S(#[public(a)] u8, #[public = 1] u8);",
        &["no options", "no options"],
    );
    rejects(
        "struct S(#[public] Vec<Secret<u8>>);",
        &["secret by its type"],
    );
    let output = witness("#[derive(A, Clone)] #[lowmem] struct S(#[public(a)] u8, String);");
    contains(&output, "#[derive(A)] struct S(u8, String);");
    contains(&output, "fn check() {}");
}

#[test]
fn options_are_read() {
    let output = text(&expand(tokens("crate = ::z::y"), tokens("struct S(A);")));
    contains(&output, "<A as ::z::y::__private::SecretSafe>::CHECK");
    let output = text(&expand(tokens("secret"), tokens("struct S(A);")));
    assert!(output.contains("unknownoption`secret`"), "{output}");
}
