//! The file of a profile: JSON, replaced in one step.
#![forbid(unsafe_code)]

use super::{Peaks, Profile};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The form of the file that this crate writes.
const VERSION: u32 = 1;

/// Larger statements are a slip of the pen.
const MOST_LOG_ROWS: u32 = 63;

/// Why there is no profile, in one line.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProfileError {
    /// The system refuses the file.
    File {
        /// Its path.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is no profile.
    Content {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl std::fmt::Display for ProfileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, source } => write!(
                f,
                "the profile {}: {source}; see that the file is there and may be used",
                path.display()
            ),
            Self::Content { path, reason } => write!(
                f,
                "{} is no profile: {reason}; name another file, or remove it and measure again",
                path.display()
            ),
        }
    }
}

impl std::error::Error for ProfileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Content { .. } => None,
        }
    }
}

/// The file.
#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    circuits: Vec<Entry>,
}

/// One circuit at one size.
#[derive(Serialize, Deserialize)]
struct Entry {
    circuit: String,
    log_rows: u32,
    #[serde(flatten)]
    peaks: Peaks,
}

impl Entry {
    /// What is wrong with it.
    fn fault(&self) -> Option<String> {
        let Self {
            circuit,
            log_rows,
            peaks,
        } = self;
        if *log_rows > MOST_LOG_ROWS {
            return Some(format!("{circuit} of 2^{log_rows} rows"));
        }
        let known = peaks.proof_bytes > 0 || peaks.floor_bytes > Some(0);
        (!known).then(|| format!("nothing is known of {circuit} of 2^{log_rows} rows"))
    }
}

/// Reads the file.
///
/// # Errors
/// [`ProfileError`].
pub(super) fn load(path: &Path) -> Result<Profile, ProfileError> {
    let bytes = fs::read(path).map_err(|source| refused(path, source))?;
    parse(&bytes).map_err(|reason| ProfileError::Content {
        path: path.to_owned(),
        reason,
    })
}

fn parse(bytes: &[u8]) -> Result<Profile, String> {
    let content: Content = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if content.version != VERSION {
        let found = content.version;
        return Err(format!("its version is {found}, and {VERSION} is known"));
    }
    let mut profile = Profile::new();
    for entry in content.circuits {
        match entry.fault() {
            Some(fault) => return Err(fault),
            None => profile.record(&entry.circuit, entry.log_rows, &entry.peaks),
        }
    }
    Ok(profile)
}

/// Adds the file's runs to those of `profile` and replaces it.
///
/// # Errors
/// [`ProfileError`].
pub(super) fn merge_into(profile: &Profile, path: &Path) -> Result<(), ProfileError> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // The folder is locked and not the file, which is another one afterwards. Where that cannot be, the last one wins.
    let _turn = File::open(folder).and_then(|folder| folder.lock().map(|()| folder));
    let mut all = match load(path) {
        Ok(before) => before,
        Err(ProfileError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Profile::new()
        }
        Err(error) => return Err(error),
    };
    all.merge(profile);
    replace(&all, folder, path).map_err(|source| refused(path, source))
}

/// Writes a file of another name and gives it that name.
fn replace(profile: &Profile, folder: &Path, path: &Path) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let name = format!(".{}-{}", name.to_string_lossy(), std::process::id());
    let new = folder.join(name);
    let written = write(profile, &new).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // What is wrong is told already; a file that was not made cannot be removed.
        let _ = fs::remove_file(&new);
    }
    written
}

fn write(profile: &Profile, path: &Path) -> io::Result<()> {
    let entry = |(circuit, log_rows, peaks): (&str, u32, &Peaks)| Entry {
        circuit: circuit.to_owned(),
        log_rows,
        peaks: *peaks,
    };
    let content = Content {
        version: VERSION,
        circuits: profile.iter().map(entry).collect(),
    };
    let mut file = File::create(path)?;
    serde_json::to_writer_pretty(&mut file, &content)?;
    file.write_all(b"\n")?;
    file.sync_all() // a name must not outlive what it names
}

fn refused(path: &Path, source: io::Error) -> ProfileError {
    ProfileError::File {
        path: path.to_owned(),
        source,
    }
}
