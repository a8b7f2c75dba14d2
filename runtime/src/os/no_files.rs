//! A system whose files are not what the store needs: it says so when it is opened.
#![forbid(unsafe_code)]

use super::Refused;
use std::fs::File;
use std::io;
use std::path::Path;
use std::ptr::NonNull;
use std::time::Duration;

pub(crate) const FILES: bool = false;

pub(crate) fn open_unnamed(_directory: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn needs_a_name(_error: &io::Error) -> bool {
    false
}

pub(crate) fn open_unlinked(_path: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn wait_urgent(_file: &File, _at_most: Duration) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn open_directory(_directory: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn open_direct(_file: &File) -> Option<File> {
    None
}

pub(crate) fn is_in_memory(_file: &File) -> Option<bool> {
    None
}

pub(crate) fn len_of(_file: &File) -> Option<u64> {
    None
}

pub(crate) fn file_size_limit() -> Option<u64> {
    None
}

pub(crate) fn read_at(_file: &File, _into: &mut [u8], _at: u64) -> Result<(), Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn write_at(_file: &File, _from: &[u8], _at: u64) -> Result<(), Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn allocate(_file: &File, _at: u64, _len: u64) -> Result<(), Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn zero(_file: &File, _at: u64, _len: u64) -> Result<(), Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn punch(_file: &File, _at: u64, _len: u64) -> Result<(), Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn set_len(_file: &File, _len: u64) -> Result<(), Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn start_writing(_file: &File, _at: u64, _len: u64) {}

pub(crate) fn finish_writing(_file: &File, _at: u64, _len: u64) {}

pub(crate) fn forget(_file: &File, _at: u64, _len: u64) {}

pub(crate) fn announce(_file: &File, _at: u64, _len: u64) {}

pub(crate) fn map(_file: &File, _at: u64, _len: usize) -> Result<NonNull<u8>, Refused> {
    Err(Refused::Unknown)
}

pub(crate) fn map_apart(_file: &File, _start: NonNull<u8>, _len: usize) {}

pub(crate) fn make_read_only(_start: NonNull<u8>, _len: usize) -> bool {
    false
}

pub(crate) fn page_out(_start: NonNull<u8>, _len: usize) {}

pub(crate) fn random(_bytes: &mut [u8]) -> bool {
    false
}

pub(crate) fn block_signals() {}

pub(crate) fn catch_faults(_catch: fn(usize) -> bool) -> bool {
    false
}
