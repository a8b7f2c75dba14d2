//! Runs the fixtures: `pass/` compiles and runs, `fail/` is rejected in the words of its `.stderr`.
//!
//! After a wanted change, `TRYBUILD=overwrite cargo test -p zkarena-ui-tests --test fixtures` writes
//! the `.stderr` files; read each of them before you commit it. For some of them add
//! `-- trybuild=part_of_the_name`.

mod pinned;

use std::io::{self, Write};

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("pass/*/*.rs");
}

// Apart from the others: without one to run, trybuild checks all fixtures in one go.
#[test]
fn rejected() {
    if pinned::is_pinned_compiler() {
        trybuild::TestCases::new().compile_fail("fail/*/*.rs");
    } else {
        let left = "fail/ is left to the test `codes`: its texts are those of the compiler in rust-toolchain.toml";
        writeln!(io::stderr(), "{left}").expect("stderr is open");
    }
}
