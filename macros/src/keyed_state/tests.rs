//! What is said about a state; the texts are shown by `ui-tests/fail/state`.

use crate::diagnostics::Diagnostics;
use crate::keyed_state::expand;
use crate::keyed_state::model::Model;
use crate::names::test::{text, tokens};

fn messages(item: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let input = syn::parse2(tokens(item)).expect("the item is one");
    let model = Model::read(input, &mut diagnostics);
    let messages = diagnostics.messages();
    assert!(
        model.is_some() || !messages.is_empty(),
        "`{item}` fails without a word"
    );
    messages
}

#[track_caller]
fn rejects(item: &str, expected: &[&str]) {
    let messages = messages(item);
    assert_eq!(messages.len(), expected.len(), "in `{item}`: {messages:?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "in `{item}`: {message}");
    }
}

/// A struct with two domains and one field of these options.
fn field(options: &str, ty: &str) -> String {
    format!("#[state(key = K, domains(frame < run))] struct S {{ #[state({options})] a: {ty} }}")
}

fn flags(count: usize) -> String {
    let flag = |at| format!("#[state(flag, rollback = never)] f{at}: bool,");
    let flags: String = (0..count).map(flag).collect();
    format!("#[state(key = K)] struct S {{ {flags} }}")
}

#[test]
fn every_form_is_accepted() {
    for item in [
        "#[state(key = K)] struct S {}",
        "#[state(key = (u8, [u8; 32]), domains(a < b < c), crate = ::z)] pub(crate) struct S {}",
        "#[state(key = K,)] #[state(domains(a))] struct S { #[state(rollback = a)] r#type: u8 }",
        &field("flag, rollback = run", "bool"),
        &field("flag, rollback = never", "::core::primitive::bool"),
        &field("init, rollback = never", "[u8; 32]"),
        &field("rollback = frame", "::core::option::Option<u8>"),
        &flags(64),
    ] {
        rejects(item, &[]);
    }
}

#[test]
fn mistakes_are_reported_all_at_once() {
    rejects(
        "#[state(kye = K)] struct S { a: bool, #[state(flag, rollback = never)] b: u8, \
         #[state(init, rollback = never)] c: u8, #[state(init, rollback = never)] d: u8 }",
        &[
            "unknown option `kye`",
            "which checkpoints take `a` back?",
            "a `flag` is a `bool`",
            "`entry` takes one closure",
        ],
    );
}

#[test]
fn options_are_read_with_care() {
    rejects(&field("rollback", "u8"), &["`rollback` needs a value"]);
    rejects(
        &field("rollback = 1", "u8"),
        &["`rollback` takes one of the `domains`"],
    );
    rejects(&field("rollback = run run", "u8"), &["after the value"]);
    rejects(&field("flag flag, rollback = run", "bool"), &["after"]);
    rejects(
        &field("rollback = run, rollback = run", "u8"),
        &["duplicate"],
    );
    rejects(
        "#[state(key = K, domains)] struct S {}",
        &["`domains` needs a value"],
    );
    rejects(
        "#[state(key = K, domains(a > b))] struct S {}",
        &["each inside the next"],
    );
    rejects(
        "#[state(key = K, domains())] struct S {}",
        &["each inside the next"],
    );
}

#[test]
fn more_bits_than_a_number_has_are_one_mistake() {
    rejects(&flags(66), &["at most 64"]);
}

#[test]
fn names_follow_from_the_struct_and_its_domains() {
    let item = "#[state(key = K, domains(shared_run < r#try))] pub struct Slot { \
                #[state(flag, rollback = shared_run)] r#type: bool }";
    let text = text(&expand(tokens(item)));
    for name in [
        "pubstructSlotStates<'ph>",
        "pubstructSlotEntry<'a,'ph:'a>",
        "pubenumSlotSharedRun{}",
        "pubenumSlotTry{}",
        "pubfnshared_run<T,E>",
        "pubfnr#try<T,E>",
        "pubfnr#type(&self)",
        "pubfnmark_type(&mutself)",
    ] {
        assert!(text.contains(name), "no `{name}` in {text}");
    }
}

#[test]
fn the_number_of_the_bits_is_as_small_as_it_can_be() {
    for (count, ty) in [
        (1, "u8"),
        (8, "u8"),
        (9, "u16"),
        (17, "u32"),
        (33, "u64"),
        (64, "u64"),
    ] {
        let text = text(&expand(tokens(&flags(count))));
        assert!(
            text.contains(&format!("__bits:::core::primitive::{ty},")),
            "{count}: {text}"
        );
    }
    assert!(!text(&expand(tokens(&flags(0)))).contains("__bits:"));
}

#[test]
fn generated_code_has_no_unsafe() {
    let item = field("rollback = frame", "Option<u8>");
    assert!(!text(&expand(tokens(&item))).contains("unsafe"));
}
