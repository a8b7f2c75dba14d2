//! The directory for results.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use zkarena::Report;

use crate::failure::Failure;

/// A directory that took a file a moment ago.
#[derive(Debug)]
pub(crate) struct OutDir(PathBuf);

impl OutDir {
    /// Create `dir` if it is missing, and see that it can be written.
    ///
    /// # Errors
    /// [`Failure::Out`] if either cannot be done.
    pub(crate) fn prepare(dir: &Path) -> Result<Self, Failure> {
        let dir = dir.to_owned();
        match probe(&dir) {
            Ok(()) => Ok(Self(dir)),
            Err(source) => Err(Failure::Out { dir, source }),
        }
    }

    /// Write `timeline.svg`, `report.json`, and `trace.json` for `ui.perfetto.dev`.
    ///
    /// # Errors
    /// [`Failure::Write`] if the directory does not take them.
    pub(crate) fn write(self, report: &Report) -> Result<(), Failure> {
        let Self(dir) = self;
        fs::write(dir.join("timeline.svg"), report.to_svg())
            .and_then(|()| fs::write(dir.join("report.json"), report.to_json()))
            .and_then(|()| fs::write(dir.join("trace.json"), report.to_perfetto()))
            .map_err(|source| Failure::Write { dir, source })
    }
}

/// Make a file of its own in `dir`, so that no earlier result is touched, and remove it.
fn probe(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let file = dir.join(format!(".prove-{}", std::process::id()));
    File::create_new(&file)?;
    fs::remove_file(file)
}
