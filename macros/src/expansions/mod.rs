//! The programs in `examples/ideas` and what the macros make of them, side by side in the repository.
//!
//! `ZKARENA_EXPANSIONS=overwrite cargo test -p zkarena-macros expansions` writes them again; read
//! what has changed before you commit it.

mod expander;

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

const IDEAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/ideas");
/// Whether there is anything to test: the published crate comes without the programs. A folder that
/// exists has to have them, and where `CI=true` it has to exist.
fn are_there(ideas: &str, ci: bool) -> bool {
    let exists = Path::new(ideas).exists();
    assert!(exists || !ci, "skipped under CI: there is no {ideas}");
    if !exists {
        println!("skipped: there is no {ideas}, as in the crate from the registry");
    }
    exists
}

fn ideas_are_there() -> bool {
    are_there(
        IDEAS,
        env::var_os("CI").is_some_and(|value| value == "true"),
    )
}

const PROGRAMS: &str = "src/bin";
const EXPANSIONS: &str = "src/bin/expanded";

/// The files of a folder, by name.
fn files(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(IDEAS).join(folder)).expect("a folder of programs");
    let files = entries.map(|entry| entry.expect("readable"));
    let files = files.filter(|entry| entry.path().is_file());
    let names = files.map(|entry| entry.file_name().into_string());
    names.map(|name| name.expect("UTF-8")).collect()
}

fn read(folder: &str, name: &str) -> String {
    let path = Path::new(IDEAS).join(folder).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A program as it goes into `expanded`; none if it uses no macro of ours.
fn expansion(name: &str) -> Option<String> {
    let expanded = expander::expand(&read(PROGRAMS, name))?;
    Some(format!(
        "// What the macros make of `../{name}`: a test of `zkarena-macros` writes this file.\n\
         // `line!()` is the line here, and what the macros hide from the program's names is in plain sight.\n\
         {expanded}"
    ))
}

#[test]
fn expansions_are_what_the_macros_make() {
    if !ideas_are_there() {
        return;
    }
    let programs = files(PROGRAMS);
    let overwrite = env::var("ZKARENA_EXPANSIONS").is_ok_and(|value| value == "overwrite");
    let mut expected = BTreeSet::new();
    for name in &programs {
        let Some(expansion) = expansion(name) else {
            continue;
        };
        expected.insert(name.clone());
        let path = Path::new(IDEAS).join(EXPANSIONS).join(name);
        if overwrite {
            fs::write(&path, expansion).expect("writable");
        } else {
            let found = fs::read_to_string(&path).unwrap_or_default();
            let first = found.lines().zip(expansion.lines()).find(|(a, b)| a != b);
            assert!(
                found == expansion,
                "{} is not what the macros make; the first other line is {first:?}. \
                 `ZKARENA_EXPANSIONS=overwrite cargo test -p zkarena-macros expansions` writes it again",
                path.display(),
            );
        }
    }
    assert!(expected.len() >= 2, "the programs were not found");
    assert_eq!(
        files(EXPANSIONS),
        expected,
        "expansions, and programs that use a macro"
    );
}

/// Cargo builds the expansions with the tests, so that they are known to compile.
#[test]
fn expansions_are_built() {
    if !ideas_are_there() {
        return;
    }
    let manifest = read("", "Cargo.toml");
    let expansions = files(EXPANSIONS);
    assert!(!expansions.is_empty(), "the expansions were not found");
    for name in expansions {
        let path = format!("path = \"{EXPANSIONS}/{name}\"");
        assert!(manifest.contains(&path), "no `[[example]]` has `{path}`");
    }
}

#[test]
fn programs_are_left_out_where_there_are_none() {
    assert!(are_there(env!("CARGO_MANIFEST_DIR"), true));
    assert!(!are_there("/nowhere/examples/ideas", false));
}

#[test]
#[should_panic(expected = "skipped under CI: there is no /nowhere/examples/ideas")]
fn under_ci_nothing_is_left_out() {
    are_there("/nowhere/examples/ideas", true);
}

#[test]
#[should_panic(expected = "`scope!{` was not expanded")]
fn a_macro_that_is_out_of_sight_does_not_stay_unseen() {
    expander::expand("fn main() { print!(\"{}\", scope! { tmp => { 1 } }) }");
}

#[test]
fn a_program_without_our_macros_has_no_expansion() {
    assert_eq!(expander::expand("fn main() { println!(); }"), None);
}
