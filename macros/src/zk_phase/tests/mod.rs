//! The rooms of `#[zk_phase]`, one file each.

mod args;
mod check;
mod expand;
mod lowmem;
mod trace;
mod witness;

use crate::names::test::{text, tokens};
use crate::zk_phase;

/// The output, with `P` for the private module and without the handle's lints.
fn short(output: &str) -> String {
    let quiet = "#[allow(unused_variables,clippy::shadow_reuse,clippy::shadow_same,clippy::shadow_unrelated)]";
    let quiet_named = quiet.replace("unused_variables", "clippy::used_underscore_binding");
    output
        .replace("::zkarena::__private::", "P::")
        .replace(quiet, "")
        .replace(&quiet_named, "")
        .replace("#[allow(clippy::used_underscore_binding)]", "")
}

/// With `#[zk_phase(args)]` on the item.
fn phase(args: &str, item: &str) -> String {
    short(&text(&zk_phase::expand(tokens(args), tokens(item))))
}

#[track_caller]
fn contains(output: &str, expected: &str) {
    let expected = text(&tokens(expected));
    assert!(output.contains(&expected), "no `{expected}` in `{output}`");
}

#[track_caller]
fn rejects(output: &str, expected: &[&str]) {
    let errors = output.matches("compile_error!").count();
    assert_eq!(errors, expected.len(), "in {output}");
    for expected in expected {
        let expected: String = expected.split_whitespace().collect();
        assert!(output.contains(&expected), "no `{expected}` in {output}");
    }
}
