//! A crate made for the moment: fixtures as its programs, checked in one go.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The fixtures of `folder` and of the folders in it.
pub(crate) fn fixtures(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("fixtures are readable") {
        let path = entry.expect("fixtures are readable").path();
        if path.is_dir() {
            found.extend(fixtures(path.to_str().expect("names are plain")));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) struct Project {
    manifest: PathBuf,
    /// Fixtures by the name of their program.
    programs: BTreeMap<String, PathBuf>,
}

/// What the compiler says of one fixture.
pub(crate) struct Checked {
    pub(crate) fixture: PathBuf,
    /// `error[E0000]: text`, sorted.
    pub(crate) errors: Vec<String>,
}

impl Project {
    pub(crate) fn new(name: &str, edition: u16, fixtures: Vec<PathBuf>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("the target directory is writable");
        // The versions that the workspace was tested with.
        fs::copy("../Cargo.lock", folder.join("Cargo.lock")).expect("Cargo.lock is readable");
        let manifest = folder.join("Cargo.toml");
        let program = |path: PathBuf| {
            (
                path.with_extension("").to_string_lossy().replace('/', "_"),
                path,
            )
        };
        let programs = fixtures.into_iter().map(program).collect();
        fs::write(&manifest, manifest_of(name, edition, &programs))
            .expect("the target directory is writable");
        Self { manifest, programs }
    }

    /// Runs a command of cargo; its messages are those of rustc.
    pub(crate) fn cargo(&self, command: &[&str], compiler_args: &[&str]) -> Output {
        Command::new(env::var_os("CARGO").expect("cargo runs the tests"))
            .args(command)
            .args([
                "--offline",
                "--quiet",
                "--bins",
                "--keep-going",
                "--message-format=json",
            ])
            .arg("--manifest-path")
            .arg(&self.manifest)
            .arg("--target-dir")
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("checked"))
            .arg("--")
            .args(compiler_args)
            // Whoever runs the tests may deny warnings; the fixtures say themselves what they deny.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .expect("cargo runs")
    }

    /// The errors of each fixture.
    pub(crate) fn check(&self) -> Vec<Checked> {
        self.errors_in(&self.cargo(&["check"], &[]))
    }

    pub(crate) fn errors_in(&self, output: &Output) -> Vec<Checked> {
        let mut errors: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let text = String::from_utf8_lossy(&output.stdout);
        let messages: Vec<serde_json::Value> = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        for message in &messages {
            if let (Some(program), Some(error)) = (
                message["target"]["name"].as_str(),
                error(&message["message"]),
            ) {
                errors.entry(program).or_default().push(error);
            }
        }
        let unknown: Vec<_> = errors
            .keys()
            .filter(|program| !self.programs.contains_key(**program))
            .collect();
        assert!(
            unknown.is_empty() && !messages.is_empty(),
            "{unknown:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let checked = |(program, fixture): (&String, &PathBuf)| {
            let mut errors = errors.remove(program.as_str()).unwrap_or_default();
            errors.sort();
            Checked {
                fixture: fixture.clone(),
                errors,
            }
        };
        self.programs.iter().map(checked).collect()
    }
}

/// The first line of an error, as rustc prints it.
fn error(message: &serde_json::Value) -> Option<String> {
    let text = message["message"].as_str()?;
    if message["level"] != "error" || text.starts_with("aborting due to ") {
        return None;
    }
    let text = text.lines().next().unwrap_or_default();
    Some(match message["code"]["code"].as_str() {
        Some(code) if code.starts_with('E') => format!("error[{code}]: {text}"),
        _ => format!("error: {text}"),
    })
}

fn manifest_of(name: &str, edition: u16, programs: &BTreeMap<String, PathBuf>) -> String {
    let here = env::current_dir().expect("tests run in their package");
    let own = fs::read_to_string("Cargo.toml").expect("Cargo.toml is readable");
    // The same dependencies as ours, so that a fixture may move from one runner to the other.
    let dependencies = own
        .split_once("[dev-dependencies]\n")
        .and_then(|(_, rest)| rest.split_once("\n["))
        .expect("Cargo.toml has dev-dependencies, and not last")
        .0
        .replace(
            "zkarena.workspace = true",
            &format!(
                "zkarena = {{ path = '{}' }}",
                here.join("../runtime").display()
            ),
        );
    let mut manifest = format!(
        "[package]\nname = \"zkarena-{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\n{dependencies}\n"
    );
    for (program, path) in programs {
        write!(
            manifest,
            "\n[[bin]]\nname = \"{program}\"\npath = '{}'\n",
            here.join(path).display()
        )
        .expect("strings grow");
    }
    manifest
}
