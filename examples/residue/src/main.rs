//! Looks for residue of witnesses; see the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    zkarena_residue::main()
}
