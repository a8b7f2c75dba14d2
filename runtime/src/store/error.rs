//! Why the store could not do something.
#![forbid(unsafe_code)]

use crate::os::{self, Refused};
use crate::size::Bytes;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What a [`Store`](super::Store) could not do, and why.
///
/// ```
/// use zkarena::{Bytes, StoreError, StorePlan};
///
/// let store = StorePlan::new().disk(Bytes(1 << 20)).open()?;
/// let refused = store.write::<u64>(1 << 20).unwrap_err();
/// assert!(matches!(refused, StoreError::Budget { .. }));
/// assert_eq!(
///     refused.to_string(),
///     "the store has a disk budget of 1 MiB with 0 B in use: no room for 8 MiB more; \
///      drop what is not needed, or raise the budget (`StorePlan::disk`, `ZKARENA_DISK`)",
/// );
/// # Ok::<(), StoreError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The system is none that the store works on: Linux, with pages of the size that the crate was built for.
    Unsupported,
    /// No directory could hold the file.
    NoDirectory {
        /// All that were tried, in that order.
        tried: Vec<Tried>,
    },
    /// A variable of the environment that cannot be understood.
    Setting {
        /// Its name.
        name: &'static str,
        /// What it is set to.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The disk budget is used up.
    Budget {
        /// Bytes that the store may have on disk.
        budget: u64,
        /// Bytes in use.
        in_use: u64,
        /// Bytes that were asked for.
        wanted: u64,
    },
    /// The disk is full.
    DiskFull {
        /// Where the file is.
        directory: PathBuf,
        /// Bytes that were asked for.
        wanted: u64,
    },
    /// The user's share of the disk is used up.
    Quota {
        /// Where the file is.
        directory: PathBuf,
        /// Bytes that were asked for.
        wanted: u64,
    },
    /// The file may not become that large.
    FileSize {
        /// The process's limit in bytes; without one it is the file system's.
        limit: Option<u64>,
        /// Bytes that were asked for.
        wanted: u64,
    },
    /// All buffers are held by unfinished writings and by tiles.
    Buffers {
        /// Bytes of all buffers together.
        budget: u64,
    },
    /// The system has no memory for buffers, or none for a key that is as safe as a witness's has to be.
    Memory {
        /// Bytes that were asked for.
        wanted: u64,
    },
    /// More elements than were announced.
    TooLong {
        /// Elements that there is room for.
        room: usize,
        /// Elements that were to be added.
        added: usize,
    },
    /// A tile that fits in no buffer.
    TileTooLarge {
        /// Bytes of the tile, and of what lies around it in its pages.
        bytes: u64,
        /// Bytes of a buffer.
        buffer: u64,
    },
    /// A tile that lies across tiles that were written apart.
    TileApart,
    /// A tile that was never written.
    Unwritten {
        /// The first such tile.
        tile: usize,
    },
    /// A store that encrypts hands out no mappings, whose pages would be on the disk as they are.
    MappedPlain,
    /// No random numbers for a key.
    NoKey,
    /// Bytes of the file are gone: somebody cut it, or its disk failed.
    Lost,
    /// The store was opened before a `fork`, and belongs to the parent.
    Forked,
    /// Reading or writing failed.
    Io {
        /// The error number of the system.
        code: i32,
    },
}

/// A directory that could not hold the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

impl StoreError {
    /// The error for a refusal by the file in `directory`, when `wanted` bytes were to be had or moved.
    pub(super) fn of(refused: Refused, directory: &Path, wanted: u64) -> Self {
        let directory = directory.to_owned();
        match refused {
            Refused::Full => Self::DiskFull { directory, wanted },
            Refused::Quota => Self::Quota { directory, wanted },
            Refused::FileSize => Self::FileSize {
                limit: os::file_size_limit(),
                wanted,
            },
            Refused::Unknown | Refused::Unsuitable => Self::Unsupported,
            Refused::Short => Self::Lost,
            Refused::Error(code) => Self::Io { code },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDirectory { tried } => no_directory(f, tried),
            Self::Setting {
                name,
                value,
                expected,
            } => write!(f, "{name}={}: {expected}", value.escape_debug()),
            Self::Budget {
                budget,
                in_use,
                wanted,
            } => write!(
                f,
                "the store has a disk budget of {} with {} in use: no room for {} more; \
                 drop what is not needed, or raise the budget (`StorePlan::disk`, `ZKARENA_DISK`)",
                Bytes(*budget),
                Bytes(*in_use),
                Bytes(*wanted),
            ),
            Self::DiskFull { directory, wanted } => write!(
                f,
                "the disk of {} is full: no room for {} more; \
                 make room, or choose another directory (`StorePlan::directory`, `ZKARENA_STORE_DIR`)",
                directory.display(),
                Bytes(*wanted),
            ),
            Self::Quota { directory, wanted } => write!(
                f,
                "the disk quota in {} is used up: no room for {} more; \
                 make room, or choose another directory (`StorePlan::directory`, `ZKARENA_STORE_DIR`)",
                directory.display(),
                Bytes(*wanted),
            ),
            Self::FileSize { limit, wanted } => file_size(f, *limit, *wanted),
            Self::TooLong { room, added } => write!(
                f,
                "{added} elements more than announced: there is room for {room}"
            ),
            Self::TileTooLarge { bytes, buffer } => write!(
                f,
                "a tile of {} fits in no buffer of {}: use smaller tiles, or `Stored::read_into`, \
                 or raise `StorePlan::buffers`",
                Bytes(*bytes),
                Bytes(*buffer),
            ),
            Self::Buffers { budget } => write!(
                f,
                "all buffers, {} together, are held by unfinished writings and by tiles: \
                 finish or drop some, or raise `StorePlan::buffers`",
                Bytes(*budget),
            ),
            Self::Memory { wanted } => {
                write!(
                    f,
                    "the system has no room for {} of buffers or keys",
                    Bytes(*wanted)
                )
            }
            Self::Unwritten { tile } => write!(f, "tile {tile} was never written"),
            Self::Io { code } => write!(
                f,
                "reading or writing the store's file failed: {}",
                io::Error::from_raw_os_error(*code)
            ),
            fixed => f.write_str(fixed.text()),
        }
    }
}

impl StoreError {
    /// Whether fewer bytes, or some that are freed, would have done.
    pub(super) fn is_for_want_of_space(&self) -> bool {
        matches!(
            self,
            Self::Budget { .. }
                | Self::DiskFull { .. }
                | Self::Quota { .. }
                | Self::FileSize { .. }
        )
    }

    /// The text of an error without figures.
    fn text(&self) -> &'static str {
        match self {
            Self::Unsupported => {
                "the file store is not supported here: it needs Linux, and a file system that keeps files on a disk"
            }
            Self::TileApart => {
                "a tile lies across tiles that were written apart: read tiles as they were written, or use `Stored::read_into`"
            }
            Self::MappedPlain => {
                "a store that encrypts hands out no mappings: use `Store::write`, or a store without encryption"
            }
            Self::NoKey => "the system has no random numbers for a key",
            Self::Lost => {
                "bytes of the store's file are gone: the file was cut from outside, or its disk failed; what was read since may be wrong"
            }
            Self::Forked => {
                "the store belongs to the process that opened it, which forked: open another one"
            }
            _ => "the store failed",
        }
    }
}

fn no_directory(f: &mut fmt::Formatter<'_>, tried: &[Tried]) -> fmt::Result {
    f.write_str("no directory can hold the store's file; tried ")?;
    for (at, Tried { path, reason }) in tried.iter().enumerate() {
        let before = if at == 0 { "" } else { ", " };
        write!(f, "{before}{} ({reason})", path.display())?;
    }
    f.write_str(": name one on a disk with `StorePlan::directory` or `ZKARENA_STORE_DIR`")
}

fn file_size(f: &mut fmt::Formatter<'_>, limit: Option<u64>, wanted: u64) -> fmt::Result {
    let wanted = Bytes(wanted);
    match limit {
        Some(limit) => write!(
            f,
            "files may not be larger than {}: no room for {wanted} more; raise the limit (`ulimit -f`)",
            Bytes(limit),
        ),
        None => write!(
            f,
            "the file system has no files so large: no room for {wanted} more"
        ),
    }
}

impl std::error::Error for StoreError {}
