//! Scans core files that are written in mid-phase.

use crate::arm::End;
use crate::failure::{Failure, skip};
use crate::observe::{cases, keys};
use crate::options::{ArmName, Matrix};
use crate::run::{Case, Run, Surroundings};
use crate::table;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::Serialize;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use zkarena_forensics::{Class, Findings, KeySet, scan_core};

/// Bytes of a core file. gdb writes address space that is only reserved as zeros, which the kernel does not.
const MOST: u64 = 4 << 30;
/// Less address space to write.
const LITTLE_SPACE: &[(&str, &str)] = &[("ZKARENA_RESERVE", "1GiB")];

/// How a core file comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// By gdb, of a process that goes on.
    Gcore,
    /// By the kernel, of a process that aborts.
    Abort,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Gcore => "gcore",
            Self::Abort => "abort",
        })
    }
}

/// What one core file has.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    pub(crate) case: Case,
    pub(crate) way: Way,
    /// What is found in the process itself at that moment.
    pub(crate) positive_control: u64,
    pub(crate) residue: Findings,
}

/// Looks at every arm and subject of the matrix.
pub(crate) fn run(matrix: &Matrix) -> Result<(), Failure> {
    let matrix = Matrix {
        ends: vec![End::Abort],
        ..matrix.clone()
    };
    let ways = possible_ways()?;
    let mut rows = Vec::new();
    for &subject in &matrix.subjects {
        let keys = keys(subject, &matrix)?;
        for case in cases(&matrix, subject) {
            for &way in &ways {
                eprintln!("{} {subject}, threads: {}, {way}", case.arm, case.threads);
                rows.push(row(case, way, matrix.seed, &keys)?);
            }
        }
    }
    let mut to = io::stdout().lock();
    if matrix.json {
        serde_json::to_writer(&mut to, &rows).map_err(io::Error::from)?;
        writeln!(to)?;
    } else {
        table::cores(&mut to, &rows)?;
    }
    to.flush()?;
    verdict(&rows)
}

/// The ways that this machine has.
fn possible_ways() -> Result<Vec<Way>, Failure> {
    let mut ways = Vec::new();
    let gcore = Command::new("gcore")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match gcore {
        Ok(_) => ways.push(Way::Gcore),
        Err(error) => skip(format!("cores by gdb: gcore does not start ({error})"))?,
    }
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    if pattern.starts_with(['|', '/']) {
        skip(format!(
            "cores by the kernel: it sends them to `{}`",
            pattern.trim_end()
        ))?;
    } else {
        ways.push(Way::Abort);
    }
    Ok(ways)
}

impl Row {
    /// What the core has of the process's memory. The registers of running threads are in every core.
    pub(crate) fn in_memory(&self) -> u64 {
        let notes = self.residue.classes.get(&Class::CoreNotes);
        self.residue.hits - notes.map_or(0, |notes| notes.hits)
    }
}

fn row(case: Case, way: Way, seed: u64, keys: &KeySet) -> Result<Row, Failure> {
    let folder =
        tempfile::tempdir().map_err(|error| Failure::System("no folder for cores", error))?;
    allow_cores().map_err(|error| Failure::System("cannot allow cores", error))?;
    let surroundings = Surroundings {
        folder: Some(folder.path()),
        environment: LITTLE_SPACE,
        ..Surroundings::of(seed)
    };
    let mut run = Run::start(case, surroundings)?;
    let control = run.look_at("mid", |stopped| stopped.scan(keys))?;
    match way {
        Way::Gcore => gcore(run.pid(), folder.path())?,
        Way::Abort => {
            run.go_on()?;
            run.ended()?;
        }
    }
    let core = core_in(folder.path())?;
    let residue = scan_core(keys, &core)
        .map_err(|error| Failure::System("cannot read the core file", error))?;
    Ok(Row {
        case,
        way,
        positive_control: control.hits,
        residue,
    })
}

/// Core files are written, and no file grows without end; children inherit it.
fn allow_cores() -> io::Result<()> {
    for resource in [Resource::RLIMIT_CORE, Resource::RLIMIT_FSIZE] {
        let (_, hard) = getrlimit(resource)?;
        setrlimit(resource, hard.min(MOST), hard)?;
    }
    Ok(())
}

fn gcore(pid: u32, folder: &Path) -> Result<(), Failure> {
    let output = Command::new("gcore")
        .arg("-o")
        .arg(folder.join("core"))
        .arg(pid.to_string())
        .output()
        .map_err(|error| Failure::System("gcore does not start", error))?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::System("gcore fails", io::Error::other(reason)))
}

/// The only core file there.
fn core_in(folder: &Path) -> Result<PathBuf, Failure> {
    let failed = |error| Failure::System("there is no core file", error);
    let mut files = fs::read_dir(folder)
        .map_err(failed)?
        .flatten()
        .map(|entry| entry.path());
    files
        .next()
        .ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
}

fn verdict(rows: &[Row]) -> Result<(), Failure> {
    if rows.iter().any(|row| row.positive_control == 0) {
        return Err(Failure::Blind);
    }
    let mut ours = rows.iter().filter(|row| row.case.arm == ArmName::Zkarena);
    if ours.any(|row| row.in_memory() > 0) {
        return Err(Failure::Residue);
    }
    Ok(())
}
