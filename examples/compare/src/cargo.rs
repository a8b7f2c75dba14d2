//! Building the arms, so that only this program needs the peers and their compilers.

use crate::arms::{Arm, Program};
use serde_json::Value;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is built of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The binary that proves and probes.
    Arm,
    /// The micro-benchmarks.
    Bench,
}

impl Form {
    /// How cargo calls the target.
    fn target(self, program: &Program) -> String {
        match self {
            Self::Arm => format!("arm-{}", program.allocator),
            Self::Bench => program.allocator.to_owned(),
        }
    }

    fn option(self) -> &'static str {
        match self {
            Self::Arm => "--bin",
            Self::Bench => "--bench",
        }
    }

    fn features(self, program: &Program) -> String {
        let peer = program.package.map(|_| program.allocator);
        let own = (self == Self::Bench).then_some("micro");
        let features: Vec<_> = peer.into_iter().chain(own).collect();
        features.join(",")
    }
}

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

/// Builds every program that the arms need, each once, and says so on standard error.
pub(crate) fn build_all(arms: &[&'static Arm], form: Form) -> Vec<Prepared> {
    let mut done: Vec<(&'static Program, Result<Built, String>)> = Vec::new();
    let mut built = |program: &'static Program| {
        if let Some((_, built)) = done.iter().find(|(known, _)| *known == program) {
            return built.clone();
        }
        eprintln!("building {}", form.target(program));
        let built = build(program, form);
        if let Err(reason) = &built {
            eprintln!("{} is skipped: {reason}", program.allocator);
        }
        done.push((program, built.clone()));
        built
    };
    let prepare = |&arm: &&'static Arm| Prepared {
        arm,
        built: built(arm.program),
    };
    arms.iter().map(prepare).collect()
}

fn build(program: &Program, form: Form) -> Result<Built, String> {
    let output = command(program, form)
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(reason(&String::from_utf8_lossy(&output.stderr)));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    artifact(&messages, &form.target(program), program.package)
        .ok_or_else(|| "cargo built no binary".to_owned())
}

fn command(program: &Program, form: Form) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // In this folder, cargo finds the workspace and its settings wherever the program was started.
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--release", "--package", "zkarena-compare"])
        .args(["--message-format", "json-render-diagnostics"])
        .args([form.option(), &form.target(program)])
        .args(["--features", &form.features(program)])
        .envs(program.compiler.iter().copied())
        .stdin(Stdio::null());
    if let Some(target) = target_dir() {
        command.arg("--target-dir").arg(target);
    }
    command
}

/// The target directory this program was built in: cargo marks it with a file.
pub(crate) fn target_dir() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").exists();
    program.ancestors().skip(1).find(marked).map(Path::to_owned)
}

/// The binary and its allocator's version, from cargo's messages.
fn artifact(messages: &str, target: &str, package: Option<&str>) -> Option<Built> {
    let messages: Vec<Value> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let path = messages
        .iter()
        .filter(|message| message["target"]["name"] == target)
        .find_map(|message| message["executable"].as_str())?;
    let ids = messages
        .iter()
        .filter_map(|message| message["package_id"].as_str());
    Some(Built {
        path: path.into(),
        allocator: package.and_then(|package| version(ids, package)),
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

    #[test]
    fn binaries_and_versions_are_found_in_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","package_id":"registry+https://x/i#mimalloc@0.1.52","target":{"name":"mimalloc"},"executable":null}"#,
            "\nnot json\n",
            r#"{"reason":"compiler-artifact","package_id":"path+file:///c#zkarena-compare@0.1.0","target":{"name":"arm-mimalloc"},"executable":"/t/release/arm-mimalloc"}"#,
        );
        let built = artifact(messages, "arm-mimalloc", Some("mimalloc")).expect("both are there");
        assert_eq!(built.path, Path::new("/t/release/arm-mimalloc"));
        assert_eq!(built.allocator.as_deref(), Some("mimalloc 0.1.52"));
        assert_eq!(artifact("", "arm-mimalloc", None), None);
    }

    #[test]
    fn peers_are_features() {
        let glibc = crate::arms::find("glibc").expect("an arm").program;
        let snmalloc = crate::arms::find("snmalloc").expect("an arm").program;
        assert_eq!(Form::Arm.features(glibc), "");
        assert_eq!(Form::Bench.features(snmalloc), "snmalloc,micro");
        assert_eq!(Form::Arm.target(snmalloc), "arm-snmalloc");
    }

    #[test]
    fn the_first_error_is_the_reason() {
        let stderr = "   Compiling x\nwarning: w\nerror: no C++ compiler\nerror: aborting\n";
        assert_eq!(reason(stderr), "error: no C++ compiler");
        assert_eq!(reason(""), "cargo failed without an error");
    }
}
