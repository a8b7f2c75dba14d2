//! Building the arms, so that only this program needs the peers and their compilers.

use crate::arms::{Arm, Binary};
use serde_json::Value;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A binary that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Built {
    pub(crate) path: PathBuf,
    /// `name version` of the crate that brings the allocator.
    pub(crate) allocator: Option<String>,
}

/// An arm and its binary, or why there is none.
pub(crate) struct Prepared {
    pub(crate) arm: &'static Arm,
    pub(crate) built: Result<Built, String>,
}

/// Builds every binary that the arms need, each once; `note` hears what is being built.
pub(crate) fn build_all(arms: &[&'static Arm], mut note: impl FnMut(&str)) -> Vec<Prepared> {
    let mut done: Vec<(&'static Binary, Result<Built, String>)> = Vec::new();
    for arm in arms {
        if done.iter().all(|(binary, _)| *binary != arm.binary) {
            note(&format!("building {}", arm.binary.name));
            done.push((arm.binary, build(arm.binary)));
        }
    }
    let built = |binary| done.iter().find(|(known, _)| *known == binary);
    let prepare = |arm: &&'static Arm| {
        built(arm.binary).map(|(_, built)| Prepared {
            arm,
            built: built.clone(),
        })
    };
    arms.iter().filter_map(prepare).collect()
}

fn build(binary: &Binary) -> Result<Built, String> {
    let output = command(binary)
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(reason(&String::from_utf8_lossy(&output.stderr)));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    artifact(&messages, binary).ok_or_else(|| "cargo built no binary".to_owned())
}

fn command(binary: &Binary) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // In this folder, cargo finds the workspace and its settings wherever the program was started.
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--release", "--package", "zkarena-compare"])
        .args(["--message-format", "json-render-diagnostics"])
        .args(["--bin", binary.name])
        .stdin(Stdio::null());
    if let Some(feature) = binary.feature {
        command.args(["--features", feature]);
    }
    if let Some(target) = target_dir() {
        command.arg("--target-dir").arg(target);
    }
    command
}

/// The target directory this program was built in: cargo marks it with a file.
fn target_dir() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").exists();
    program.ancestors().skip(1).find(marked).map(Path::to_owned)
}

/// The binary and its allocator's version, from cargo's messages.
fn artifact(messages: &str, binary: &Binary) -> Option<Built> {
    let messages: Vec<Value> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let path = messages
        .iter()
        .filter(|message| message["target"]["name"] == binary.name)
        .find_map(|message| message["executable"].as_str())?;
    let allocator = binary.package.and_then(|package| {
        let ids = messages.iter().filter_map(|message| message["package_id"].as_str());
        version(ids, package)
    });
    Some(Built {
        path: path.into(),
        allocator,
    })
}

/// `name version`, from package ids such as `registry+https://..#mimalloc@0.1.52`.
fn version<'a>(mut ids: impl Iterator<Item = &'a str>, package: &str) -> Option<String> {
    ids.find_map(|id| {
        let (name, version) = id.rsplit_once('#')?.1.split_once('@')?;
        (name == package).then(|| format!("{name} {version}"))
    })
}

/// The first error in cargo's output.
fn reason(stderr: &str) -> String {
    let error = stderr.lines().find(|line| line.starts_with("error"));
    error.unwrap_or("cargo failed without an error").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIMALLOC: Binary = Binary {
        name: "arm-mimalloc",
        feature: Some("mimalloc"),
        package: Some("mimalloc"),
    };

    #[test]
    fn binaries_and_versions_are_found_in_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","package_id":"registry+https://x/i#mimalloc@0.1.52","target":{"name":"mimalloc"},"executable":null}"#,
            "\nnot json\n",
            r#"{"reason":"compiler-artifact","package_id":"path+file:///c#zkarena-compare@0.1.0","target":{"name":"arm-mimalloc"},"executable":"/t/release/arm-mimalloc"}"#,
        );
        let built = artifact(messages, &MIMALLOC).expect("both are there");
        assert_eq!(built.path, Path::new("/t/release/arm-mimalloc"));
        assert_eq!(built.allocator.as_deref(), Some("mimalloc 0.1.52"));
        assert_eq!(artifact("", &MIMALLOC), None);
    }

    #[test]
    fn the_first_error_is_the_reason() {
        let stderr = "   Compiling x\nwarning: w\nerror: no C++ compiler\nerror: aborting\n";
        assert_eq!(reason(stderr), "error: no C++ compiler");
        assert_eq!(reason(""), "cargo failed without an error");
    }
}
