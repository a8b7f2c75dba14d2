//! What becomes of `trace(..)`, token by token.

use super::{contains, phase, rejects};

/// A log with that much said about it, opened in `phase`.
fn opened(options: &str) -> String {
    phase(&format!("trace(log: T, {options})"), "fn f() { log }")
        .replace("#[allow(unused_mut,unused_braces,unused_parens)]", "")
}

#[test]
fn the_mode_is_a_word_or_a_value() {
    let open = |mode: &str| {
        format!(
            "let mut log = P::TraceLog::<'_, T, _, _>::new_in(phase, {mode}, <F as ::core::default::Default>::default());
             match ()"
        )
    };
    for (mode, expected) in [
        ("record", "P::Record"),
        ("skip", "P::Skip"),
        ("cfg.mode", "{ let mode: P::TraceMode = cfg.mode; mode }"),
        ("(skip)", "{ let mode: P::TraceMode = (skip); mode }"),
        ("r#skip", "{ let mode: P::TraceMode = r#skip; mode }"),
        (
            "pick::<A, B>(c)",
            "{ let mode: P::TraceMode = pick::<A, B>(c); mode }",
        ),
    ] {
        contains(
            &opened(&format!("mode = {mode}, fold = F")),
            &open(expected),
        );
        contains(
            &opened(&format!("fold = F, mode = {mode},")),
            &open(expected),
        );
    }
}

#[test]
fn the_fold_is_a_type_or_a_value() {
    let by_default = |ty: &str| format!("<{ty} as ::core::default::Default>::default()");
    for (fold, expected) in [
        ("Dedup", by_default("Dedup")),
        ("folds::Dedup::<u64>", by_default("folds::Dedup::<u64>")),
        ("<A as B>::C", by_default("<A as B>::C")),
        ("U256", by_default("U256")),
        ("r#Dedup_", by_default("r#Dedup_")),
        ("START", "START".to_owned()),
        ("folds::A_1", "folds::A_1".to_owned()),
        ("Self::START", "Self::START".to_owned()),
        ("dedup", "dedup".to_owned()),
        ("self.dedup", "self.dedup".to_owned()),
        ("Dedup::new(phase)", "Dedup::new(phase)".to_owned()),
        ("Dedup { a, b: 1 }", "Dedup { a, b: 1 }".to_owned()),
    ] {
        let output = opened(&format!("mode = skip, fold = {fold}"));
        contains(&output, &format!("new_in(phase, P::Skip, {expected});"));
    }
}

#[test]
fn room_is_made_or_the_function_fails() {
    let options =
        "trace(a: T, mode = record, fold = F, reserve = 2 * n), trace(b: T, mode = skip, fold = F)";
    let output = phase(options, "fn f(n: usize) { g() }");
    contains(&output, "P::TraceLog::reserve(&mut a, 2 * n);");
    assert!(
        output.find("letmuta=") < output.find("letmutb="),
        "{output}"
    );
    let output = phase(&format!("{options}, try"), "fn f(n: usize) { g() }");
    contains(
        &output,
        "match () { () => P::TraceLog::try_reserve(&mut a, 2 * n) }?;",
    );
}

#[test]
fn it_goes_with_the_other_options_and_attributes() {
    let log = "trace(log: T<A, B>, mode = record, fold = F)";
    let output = phase(
        &format!("tmp in out, crate = ::z, {log}, budget = 1"),
        "#[lowmem] fn f() { g() }",
    );
    contains(
        &output,
        "let mut log = ::z::__private::TraceLog::<'_, T<A, B>, _, _>::new_in",
    );
    // A witness's is opened in the frame that is cleared.
    let output = phase(log, "#[witness] fn f(#[witness] key: u8) { g() }");
    let [frame, key, open] = ["Apart::new", "letkey", "letmutlog"].map(|text| output.find(text));
    assert!(frame < key && key < open && frame.is_some(), "{output}");
}

#[test]
fn the_word_alone_is_a_name_for_the_phase() {
    contains(
        &phase("trace in out", "fn f() { trace.g() }"),
        "let trace: P::Phase<'_> = P::PhaseGuard::handle(&trace);",
    );
}

#[test]
fn names_are_told_apart() {
    let log = |name: &str| format!("trace({name}: T, mode = skip, fold = F)");
    let parameter = "parameter `a` would be hidden by the trace";
    rejects(&phase(&log("a"), "fn f(a: u8) {}"), &[parameter]);
    rejects(
        &phase(&log("a"), "fn f((r#a, b): (u8, u8)) {}"),
        &[parameter],
    );
    let taken = "`tmp` is the phase already, a reserved vector, or another trace";
    rejects(
        &phase(&format!("tmp, {}", log("tmp")), "fn f() {}"),
        &[taken],
    );
    rejects(
        &phase(&format!("{}, {}", log("a"), log("r#a")), "fn f() { a.b() }"),
        &["`r#a` is the phase already, a reserved vector, or another trace"],
    );
}

#[test]
fn everything_wrong_is_said_at_once() {
    let form = "`trace` takes a name and the type of the records";
    for options in [
        "trace()",
        "trace = a",
        "trace(mode = skip)",
        "trace(T, mode = skip, fold = F)",
        "trace(a: T, b: T, mode = skip, fold = F)",
        "trace(fn: T, mode = skip, fold = F)",
        "trace(a:, mode = skip, fold = F)",
    ] {
        rejects(&phase(options, "fn f() {}"), &[form]);
    }
    rejects(
        &phase(
            "trace(a: T U, fold, mode(skip), keep), trace(b: T), trace(c: T, mode = skip, fold = F) c",
            "fn f() { a.b() }",
        ),
        &[
            "after the type of the records",
            "option `fold` needs a value",
            "the value of `mode` goes after",
            "unknown option `keep`",
            "trace `b` is kept or skipped",
            "trace `b` has a summary in both modes",
            "after `trace(..)`",
        ],
    );
}

#[test]
fn a_function_that_is_rejected_keeps_its_logs_or_its_signature_alone() {
    let whole = "trace(log: T, mode = skip, fold = F)";
    let output = phase(whole, "async fn f() { log.g() }");
    contains(
        &output,
        "::core::option::Option::unwrap(::core::option::Option::None)",
    );
    contains(&output, "TraceLog::<'_, T, _, _>::new_in");
    assert!(phase(whole, "async fn f() { g() }").ends_with("asyncfnf(){g()}"));
    let half = "trace(log: T, mode = skip)";
    assert!(phase(half, "fn f() { log.g() }").ends_with("fnf(){loop{}}"));
    assert!(phase(half, "fn f() { g() }").ends_with("fnf(){g()}"));
}
