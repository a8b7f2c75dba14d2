//! Compares ways to prove with little memory; see the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    zkarena_lowmem::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("lowmem: stores and cgroups take Linux; run it there");
    ExitCode::from(2)
}
