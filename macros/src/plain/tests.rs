//! What becomes of a type with `#[derive(Plain)]`, token by token.

use crate::plain::expand;
use proc_macro2::TokenStream;

/// What the derive makes of a type, without white space.
fn plain(item: &str) -> String {
    let item: TokenStream = item.parse().expect("tokens");
    let output = expand(item).to_string();
    output.chars().filter(|it| !it.is_whitespace()).collect()
}

#[test]
fn fields_are_handed_on_with_their_types() {
    let call = "::zkarena::__private::plain_struct!";
    for (item, fields) in [
        ("#[repr(C)] struct A { a: u8, b: [u8; 3] }", "a:u8,b:[u8;3]"),
        ("#[repr(transparent)] pub struct A(pub u64);", "0:u64"),
        ("#[repr(C, align(8))] struct A(u32, u32);", "0:u32,1:u32"),
        ("#[repr(C)] struct A;", ""),
    ] {
        assert_eq!(plain(item), format!("{call}{{A{{{fields}}}}}"));
    }
    let renamed = plain("#[plain(crate = ::z)] #[repr(C)] struct A(u8);");
    assert_eq!(renamed, "::z::__private::plain_struct!{A{0:u8}}");
}

#[test]
fn what_cannot_be_plain_is_refused_for_every_reason() {
    for (item, reasons) in [
        ("#[repr(u8)] enum A { B }", &["bytesofan`enum`"][..]),
        ("#[repr(C)] union A { b: u8 }", &["bytesofa`union`"]),
        ("struct A<'a, T>(&'a T);", &["noparameters", "`#[repr(C)]`"]),
        ("#[repr(packed)] struct A(u8);", &["`#[repr(C)]`"]),
        (
            "#[plain(file)] #[repr(C)] struct A;",
            &["unknownoption`file`"],
        ),
    ] {
        let output = plain(item);
        assert_eq!(
            output.matches("compile_error").count(),
            reasons.len(),
            "{output}"
        );
        assert!(
            reasons.iter().all(|reason| output.contains(reason)),
            "{output}"
        );
        assert!(!output.contains("plain_struct"), "{output}");
    }
}
