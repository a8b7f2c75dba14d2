//! Runs the fixtures: `pass/` compiles and runs, `fail/` is rejected in the words of its `.stderr`.
//!
//! After a wanted change, `TRYBUILD=overwrite cargo test -p zkarena-ui-tests --test fixtures` writes
//! the `.stderr` files; read each of them before you commit it.

use std::env;
use std::io::{self, Write};
use std::process::Command;

#[test]
fn fixtures() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    if is_pinned_compiler() {
        cases.compile_fail("fail/*/*.rs");
    } else {
        let skipped =
            "fail/ is skipped: its texts are those of the compiler in rust-toolchain.toml";
        writeln!(io::stderr(), "{skipped}").expect("stderr is open");
    }
}

/// Every version of rustc words its errors anew, so the `.stderr` files hold for one only.
fn is_pinned_compiler() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs")
        .stdout;
    let version = String::from_utf8_lossy(&version);
    let number = version.split(' ').nth(1).expect("`rustc <version> (..)`");
    include_str!("../../rust-toolchain.toml").contains(&format!("channel = \"{number}\""))
}
