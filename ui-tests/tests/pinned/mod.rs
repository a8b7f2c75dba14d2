//! Which compiler runs the tests.

use std::env;
use std::process::Command;

/// Every version of rustc words its errors anew, so the `.stderr` files hold for one only.
pub(crate) fn is_pinned_compiler() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs")
        .stdout;
    let version = String::from_utf8_lossy(&version);
    let number = version.split(' ').nth(1).expect("`rustc <version> (..)`");
    include_str!("../../../rust-toolchain.toml").contains(&format!("channel = \"{number}\""))
}
