//! What the attribute costs to compile: a crate of 200 annotated functions next to the same by hand.

use crate::figures::{Row, median};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const FUNCTIONS: usize = 200;

pub(crate) fn rows(quick: bool) -> Vec<Row> {
    // Macros themselves are built without optimisation in both, as Cargo does by default.
    ["dev", "release"]
        .into_iter()
        .map(|profile| {
            let name = format!("building {FUNCTIONS} annotated functions, profile `{profile}`");
            match compare(profile, if quick { 3 } else { 11 }) {
                Ok(times) => Row::new(
                    name,
                    "ms",
                    times,
                    "the same written by hand",
                    "at most 1.10",
                ),
                Err(reason) => Row::missing(name, reason),
            }
        })
        .collect()
}

fn compare(profile: &str, rounds: usize) -> Result<[f64; 2], String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtime");
    let manifest = format!(
        "[workspace]\n[package]\nname = \"functions\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nzkarena = {{ path = {:?} }}\n",
        runtime.display().to_string()
    );
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).map_err(|error| error.to_string())
    };
    fs::create_dir(folder.path().join("src")).map_err(|error| error.to_string())?;
    write("Cargo.toml", &manifest)?;
    let [mut ours, mut by_hand] = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (function, times) in [
            (annotated as fn(usize) -> String, &mut ours),
            (written_by_hand, &mut by_hand),
        ] {
            let text: String = (0..FUNCTIONS).map(function).collect();
            write("src/lib.rs", &format!("// {round}\n{text}"))?;
            times.push(build(folder.path(), profile)?);
        }
    }
    // The first round compiles the dependencies.
    Ok([ours, by_hand].map(|times| median(times[1..].to_vec())))
}

/// Milliseconds that `cargo build` takes.
fn build(folder: &Path, profile: &str) -> Result<f64, String> {
    let start = Instant::now();
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--profile", profile])
        .current_dir(folder)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

const BODY: &str = "
    let mut sums = phase.vec_with::<u64>(values.len());
    let mut sum = 0u64;
    for value in values {
        sum = sum.wrapping_add(*value);
        sums.push(sum);
    }
    if sums.len() > 10 {
        return out.vec_from(&sums[..10]);
    }
    let total: u64 = sums.iter().sum();
    out.vec_from(&[total, sum])
";

fn annotated(n: usize) -> String {
    format!(
        "#[zkarena::zk_phase(phase in out)]\n\
         pub fn f{n}<'p>(values: &[u64], out: zkarena::Phase<'p>) -> zkarena::PVec<'p, u64> {{{BODY}}}\n"
    )
}

fn written_by_hand(n: usize) -> String {
    format!(
        "pub fn f{n}<'p>(values: &[u64], out: zkarena::Phase<'p>) -> zkarena::PVec<'p, u64> {{
    static SITE: zkarena::Site = zkarena::Site::new(\"f{n}\", module_path!(), file!(), line!());
    let guard = zkarena::PhaseGuard::child(out, &SITE, zkarena::Plan::new());
    let phase = guard.handle();{BODY}}}\n"
    )
}
