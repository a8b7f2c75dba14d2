//! What is written for a type, token by token where it is short enough to be read.

use super::{text, tokens};
use crate::arena_alloc::{expand, expand_detach};

#[track_caller]
fn contains(output: &str, expected: &str) {
    let expected = text(&tokens(expected));
    assert!(output.contains(&expected), "no `{expected}` in `{output}`");
}

/// The output for the item, with `P` for the private module.
fn derive(item: &str) -> String {
    text(&expand(tokens(item))).replace("::zkarena::__private::", "P::")
}

#[test]
fn every_field_moves_to_the_arena_of_its_kind() {
    let output = derive(
        "struct S<'ph, F> {
            #[arena(witness)] a: PVec<'ph, F>,
            #[arena(skip)] b: B,
            #[arena(default)] r#c: C,
        }",
    );
    contains(
        &output,
        "impl<'ph, F> P::ArenaAlloc for S<'ph, F> where F: ::core::clone::Clone + 'static,",
    );
    contains(&output, "type In<'__to> = S<'__to, F>;");
    contains(
        &output,
        "let parts: [P::Footprint; 1usize] = [<PVec<'ph, F> as P::ArenaAlloc>::footprint(field_a)];",
    );
    contains(
        &output,
        "Self { a: field_a, b: field_b, r#c: field_c, } => ::core::result::Result::Ok(S {
            a: <PVec<'ph, F> as P::ArenaAlloc>::try_copy_to(field_a, P::Home::witness(to))?,
            b: <B as ::core::clone::Clone>::clone(field_b),
            r#c: ::core::default::Default::default(),
        }),",
    );
    contains(
        &output,
        "::core::result::Result::Ok(S {
            a: <PVec<'ph, F> as P::ArenaAlloc>::try_move_to(field_a, P::Home::witness(to))?,
            b: field_b,
            r#c: ::core::default::Default::default(),
        }),",
    );
    contains(
        &output,
        "impl<'ph, F> P::ArenaTypesMustNotImplDrop for S<'ph, F> {}",
    );
}

#[test]
fn variants_are_matched_one_by_one() {
    let output = derive("enum E<'ph> { A, B(PVec<'ph, u8>) }");
    contains(
        &output,
        "Self::A {} => ::core::result::Result::Ok(E::A {}),",
    );
    contains(
        &output,
        "Self::B { 0: field_0, } => ::core::result::Result::Ok(E::B {
            0: <PVec<'ph, u8> as P::ArenaAlloc>::try_move_to(field_0, to)?,
        }),",
    );
    contains(&derive("enum E {}"), "match *self {}");
}

#[test]
fn parameters_are_elements_unless_something_else_is_said() {
    let item = "struct S<'ph, 'x, T: ArenaAlloc = A, F = u8, const N: usize = 1>(T, F) where F: X;";
    let output = derive(item);
    contains(
        &output,
        "impl<'ph, 'x, T: ArenaAlloc, F, const N: usize> P::ArenaAlloc for S<'ph, 'x, T, F, N>
         where F: X, F: ::core::clone::Clone + 'static,",
    );
    contains(
        &output,
        "type In<'__to> = S<'__to, 'x, <T as P::ArenaAlloc>::In<'__to>, F, N>;",
    );
    let output = derive("#[arena(bound(F: Copy))] struct S<'ph, F, G>(PVec<'ph, F>, G);");
    contains(&output, "where F: Copy, G: ::core::clone::Clone + 'static,");
}

#[test]
fn the_constructor_builds_what_has_a_size() {
    let output = derive(
        "#[arena(new(n, w: u8))] pub(crate) struct S<'ph> {
            #[arena(scratch, len = n, init = |i| i)] a: A,
            #[arena(reserve = n, align = 64)] b: B,
            #[arena(init = w)] c: C,
            #[arena(witness, len = n)] e: E,
            #[arena(poly, len = n, reserve = 2)] f: F,
            d: D,
        }",
    );
    contains(
        &output,
        "pub(crate) fn new_in(
            phase: P::Phase<'ph>,
            n: ::core::primitive::usize,
            w: u8,
            d: D,
        ) -> ::core::result::Result<Self, P::AllocError>",
    );
    let count = "{ let count: ::core::primitive::usize = n; count }";
    let two = count.replace("= n", "= 2");
    contains(
        &output,
        &format!(
            "Self {{
                a: <A as P::Build<'ph>>::filled(P::Home::scratch(home), {count}, 0, 1, |i| i)?,
                b: <B as P::Build<'ph>>::with_room(home, {count}, 64)?,
                c: w,
                e: <E as P::Build<'ph>>::filled(
                    P::Home::witness(home), {count}, 0, 1, |_| ::core::default::Default::default())?,
                f: <F as P::Build<'ph>>::filled(
                    P::Home::poly(home), {count}, {two}, 1, |_| ::core::default::Default::default())?,
                d: d,
            }}"
        ),
    );
    contains(
        &output,
        "pub(crate) fn plan(n: ::core::primitive::usize, w: u8) -> P::Plan",
    );
    contains(
        &output,
        &format!(
            "P::Plan::reserve(P::Plan::new(),
                P::block_end::<<F as P::Build<'ph>>::Planned>(
                    P::block_end::<<B as P::Build<'ph>>::Planned>(0, {count}, 64),
                    ::core::cmp::Ord::max({count}, {two}),
                    1))"
        ),
    );
}

#[test]
fn detach_asks_it_of_every_field_in_an_arena() {
    let item = "struct S<'ph, T: ArenaAlloc>(PVec<'ph, u8>, T, #[arena(skip)] B);";
    let output = text(&expand_detach(tokens(item))).replace("::zkarena::__private::", "P::");
    contains(
        &output,
        "impl<'ph, T: ArenaAlloc> P::Detach for S<'ph, T> where T: P::Detach, {}",
    );
    contains(
        &output,
        "fn check() {
            let _ = <PVec<'ph, u8> as P::Detach>::detach;
            let _ = <T as P::Detach>::detach;
        }",
    );
}

#[test]
fn a_rejected_type_has_its_traits() {
    let item = "struct S<'ph>(#[arena(polly)] A<'ph>);";
    let output = derive(item);
    contains(&output, "type In<'__to> = S<'__to>;");
    contains(&output, "::core::unreachable!()");
    assert!(output.starts_with("::core::compile_error!"));
    let output = text(&expand_detach(tokens(item)));
    contains(
        &output,
        "impl<'ph> ::zkarena::__private::Detach for S<'ph> where {}",
    );
}

#[test]
fn generated_code_has_nothing_unsafe() {
    let output = derive("#[arena(new(n))] struct S<'ph> { #[arena(len = n)] a: A<'ph> }");
    assert!(!output.contains("unsafe"));
}
