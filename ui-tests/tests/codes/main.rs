//! What trybuild is not made for, each with one `cargo check` for all of its fixtures:
//!
//! - `fail-codes/`: errors that quote the standard library or another crate, whose text depends on
//!   the machine; their `.codes` have the first line of each error.
//! - all of `fail/`, on a compiler other than the one in `rust-toolchain.toml`: there the words
//!   differ, and only the codes of the errors are compared.
//! - `pass/editions/`: the same files in each edition.
//! - `clippy/`: programs that clippy has nothing to say about.
//!
//! `TRYBUILD=overwrite cargo test -p zkarena-ui-tests --test codes` writes the `.codes` files.

#[path = "../pinned/mod.rs"]
mod pinned;
mod project;

use project::{Checked, Project, fixtures};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn errors_have_their_codes() {
    let pinned = pinned::is_pinned_compiler();
    let mut all = fixtures("fail-codes");
    if !pinned {
        all.extend(fixtures("fail"));
    }
    let checked = Project::new("codes", 2024, all).check();
    if env::var_os("TRYBUILD").is_some_and(|update| update == "overwrite") {
        checked.iter().for_each(overwrite);
    }
    let report: String = checked
        .iter()
        .filter_map(|checked| difference(checked, pinned))
        .collect();
    assert!(report.is_empty(), "{report}");
}

#[test]
fn every_edition_accepts_what_it_should() {
    for edition in [2018, 2021, 2024] {
        let project = Project::new(
            &format!("edition-{edition}"),
            edition,
            fixtures("pass/editions"),
        );
        for Checked { fixture, errors } in project.check() {
            assert!(
                errors.is_empty(),
                "{} in edition {edition}: {errors:#?}",
                fixture.display()
            );
        }
    }
}

#[test]
fn clippy_has_nothing_to_say() {
    let cargo = env::var_os("CARGO").expect("cargo runs the tests");
    let installed = Command::new(cargo).args(["clippy", "--version"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        let skipped = "clippy/ is skipped: clippy is not installed";
        assert!(env::var_os("CI").is_none(), "{skipped}");
        writeln!(io::stderr(), "{skipped}").expect("stderr is open");
        return;
    }
    let project = Project::new("clippy", 2024, fixtures("clippy"));
    let lints = ["-W", "clippy::pedantic", "-D", "warnings"];
    let output = project.cargo(&["clippy"], &lints);
    for Checked { fixture, errors } in project.errors_in(&output) {
        assert!(errors.is_empty(), "{}: {errors:#?}", fixture.display());
    }
}

/// How the errors of a fixture differ from those that are expected.
fn difference(Checked { fixture, errors }: &Checked, pinned: bool) -> Option<String> {
    let expected = expected(fixture);
    let name = fixture.display();
    let same = if pinned {
        *errors == expected
    } else {
        codes(errors) == codes(&expected)
    };
    (!same).then(|| format!("\n{name}\nexpected: {expected:#?}\nfound: {errors:#?}\n"))
}

/// The first line of each error in a fixture's `.codes` or `.stderr`.
fn expected(fixture: &Path) -> Vec<String> {
    let text = fs::read_to_string(codes_of(fixture))
        .or_else(|_| fs::read_to_string(fixture.with_extension("stderr")))
        .unwrap_or_default();
    let mut errors: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("error"))
        .map(str::to_owned)
        .collect();
    errors.sort();
    errors
}

/// `error[E0000]` of each error; `error` of those that have no code.
fn codes(errors: &[String]) -> BTreeSet<&str> {
    errors
        .iter()
        .filter_map(|error| error.split(':').next())
        .collect()
}

fn codes_of(fixture: &Path) -> PathBuf {
    fixture.with_extension("codes")
}

fn overwrite(Checked { fixture, errors }: &Checked) {
    if fixture.starts_with("fail-codes") {
        fs::write(codes_of(fixture), errors.join("\n") + "\n").expect("fixtures are writable");
    }
}
