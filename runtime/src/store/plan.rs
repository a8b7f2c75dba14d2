//! What a store is opened with.
#![forbid(unsafe_code)]

use super::error::StoreError;
use super::file::DiskFile;
use super::handle::Store;
use crate::environment::{Read, override_with, value_of};
use crate::layout::PAGE;
use crate::size::Bytes;
use std::path::{Path, PathBuf};

/// Buffers have at least and at most so many bytes each.
const LEAST_BUFFER: usize = 64 << 10;
const MOST_BUFFER: usize = 256 << 10;
/// As many buffers are there, if they need not be smaller or larger for it.
const BUFFERS: usize = 16;
/// Fewer would have readers and writers wait for each other.
const LEAST_BUFFERS: usize = 4;

/// What a [`Store`] is opened with.
///
/// ```
/// use zkarena::{Bytes, StorePlan};
///
/// let store = StorePlan::new()
///     .disk(Bytes::parse("2GiB")?)
///     .buffers(Bytes::parse("8MiB")?)
///     .encrypt()
///     .open()?;
/// println!("{}", store.directory().display());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StorePlan {
    directory: Option<PathBuf>,
    disk: u64,
    ram: u64,
    /// No budget is larger, not even the environment's.
    most_ram: u64,
    buffers: usize,
    pub(super) encrypt: bool,
    page_cache: bool,
}

impl Default for StorePlan {
    fn default() -> Self {
        Self::new()
    }
}

impl StorePlan {
    /// Where it is usual, no disk budget, all data in the file, buffers of 16 MiB together, no encryption.
    pub fn new() -> Self {
        Self {
            directory: None,
            disk: u64::MAX,
            ram: 0,
            most_ram: u64::MAX,
            buffers: 16 << 20,
            encrypt: false,
            page_cache: false,
        }
    }

    /// Puts the file into this directory, or into none.
    ///
    /// Otherwise it is in the one that `ZKARENA_STORE_DIR` names; if that is not set, in `TMPDIR`, or else
    /// in `/var/tmp`. A directory whose files are in memory (tmpfs, ramfs) is refused.
    #[must_use]
    pub fn directory(mut self, directory: impl AsRef<Path>) -> Self {
        self.directory = Some(directory.as_ref().to_owned());
        self
    }

    /// How many bytes the store may have on the disk, in whole pages. `ZKARENA_DISK` overrides it.
    #[must_use]
    pub fn disk(mut self, bytes: Bytes) -> Self {
        self.disk = bytes.0;
        self
    }

    /// How many bytes of data the store may have in memory, in whole pages; `ZKARENA_RAM` overrides it.
    ///
    /// Data that fits touches no disk: what a [`Writing`](super::Writing) or
    /// [`WritingTiles`](super::WritingTiles) announces stays in memory if the budget has room for all of it
    /// at that moment, and the system has the memory; otherwise it goes to the file. It stays where it is
    /// until it is dropped. Buffers are not part of the budget, and mapped data never lies in memory.
    ///
    /// Without a budget all data goes to the file: how much memory the rest of the program needs is not
    /// for a store to guess. With one, the file is opened when the first data goes there, so a store whose
    /// data fits has none. The directory is looked at when the store is opened all the same, as far as that
    /// goes without making a file.
    ///
    /// The memory is the heap's: what is dropped stays warm there until it is used again or
    /// [trimmed](crate::trim). If the store encrypts, it is that of witnesses: in no core file, in no child,
    /// in no swap as far as locks allow, and wiped when the data is dropped. Otherwise it is not wiped.
    ///
    /// ```
    /// use zkarena::{Bytes, StorePlan};
    ///
    /// let store = StorePlan::new().ram(Bytes::parse("64MiB")?).open()?;
    /// let mut writing = store.write::<u64>(1 << 20)?;
    /// writing.append(&vec![7; 1 << 20])?;
    /// let stored = writing.freeze()?;
    /// assert_eq!(stored.as_slice().map(|all| all[1000]), Some(7));
    /// assert_eq!((store.stats().ram_bytes, store.stats().disk_bytes), (8 << 20, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ram(mut self, bytes: Bytes) -> Self {
        self.ram = bytes.0;
        self
    }

    /// As [`ram`](Self::ram), where more is not to be had: `ZKARENA_RAM` only makes it less.
    #[cfg(feature = "plonky3")]
    pub(crate) fn ram_at_most(mut self, bytes: Bytes) -> Self {
        self.most_ram = bytes.0;
        self.ram(bytes)
    }

    /// How many bytes all buffers have together: at least 256 KiB, and each has a sixteenth of them, but
    /// at least 64 KiB and at most 256 KiB.
    ///
    /// Unfinished [`Writing`](super::Writing)s and [`Tile`](super::Tile)s hold one buffer each, unless their
    /// data is in memory. Memory is used when they are first needed, and kept until the store is dropped.
    #[must_use]
    pub fn buffers(mut self, bytes: Bytes) -> Self {
        self.buffers = usize::try_from(bytes.0).unwrap_or(usize::MAX);
        self
    }

    /// Encrypts what is written, with a random key that is in memory only (AES-256 in counter mode).
    ///
    /// Without the key, which is erased when the store and all its data are dropped, nobody can read what
    /// is left on the disk. It does not tell when somebody changes the file meanwhile. Mappings are
    /// refused, as their pages are on the disk as they are.
    ///
    /// The key lies where witnesses do. What is decrypted lies in the buffers: those are in no core file
    /// and in no child, and wiped when the store is dropped; but the system may swap them.
    #[must_use]
    pub fn encrypt(mut self) -> Self {
        self.encrypt = true;
        self
    }

    /// Reads and writes through the page cache, even if the file system can go around it.
    #[must_use]
    pub fn page_cache(mut self) -> Self {
        self.page_cache = true;
        self
    }

    /// Opens a store.
    ///
    /// # Errors
    /// [`StoreError::NoDirectory`] if no directory can hold its file, with what is wrong with each;
    /// [`StoreError::Unsupported`] elsewhere than on Linux; [`StoreError::Memory`] if there is none for
    /// the buffers or the key; [`StoreError::Setting`] if `ZKARENA_RAM` is no number of bytes;
    /// [`StoreError::NoKey`] if it is to encrypt and there are no random numbers.
    pub fn open(self) -> Result<Store, StoreError> {
        Store::open(&self)
    }

    /// The file; `later`: it is opened when the first data goes there.
    pub(super) fn file(&self, later: bool) -> Result<DiskFile, StoreError> {
        let open = if later {
            DiskFile::open_later
        } else {
            DiskFile::open
        };
        open(self.directory.as_deref(), !self.page_cache)
    }

    /// The disk budget, with the environment's in its place.
    pub(super) fn budget(&self) -> u64 {
        let mut disk = self.disk;
        override_with(c"ZKARENA_DISK", &mut disk, read_bytes);
        disk
    }

    /// The RAM budget, with the environment's in its place as far as that may be. One that was asked for and cannot be read is
    /// an error: what is found in the file instead of in memory would be noticed late.
    pub(super) fn ram_budget(&self) -> Result<u64, StoreError> {
        let set = value_of(c"ZKARENA_RAM", read_bytes).transpose();
        let set = set.map_err(|(value, expected)| StoreError::Setting {
            name: "ZKARENA_RAM",
            value,
            expected,
        });
        Ok(set?.unwrap_or(self.ram).min(self.most_ram))
    }

    /// Bytes of a buffer, and how many there are.
    pub(super) fn buffer_sizes(&self) -> (usize, usize) {
        let each = (self.buffers / BUFFERS).clamp(LEAST_BUFFER, MOST_BUFFER) & !(PAGE - 1);
        (each, (self.buffers / each).max(LEAST_BUFFERS))
    }
}

fn read_bytes(text: &str) -> Read<u64> {
    let Bytes(bytes) = Bytes::parse(text).map_err(crate::size::ParseBytesError::reason)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_neither_small_nor_few() {
        for (bytes, sizes) in [
            (0, (64 << 10, 4)),
            (1 << 20, (64 << 10, 16)),
            (8 << 20, (256 << 10, 32)),
            (16 << 20, (256 << 10, 64)),
            (64 << 20, (256 << 10, 256)),
            (3_000_000, (184_320, 16)),
        ] {
            assert_eq!(StorePlan::new().buffers(Bytes(bytes)).buffer_sizes(), sizes);
        }
    }
}
