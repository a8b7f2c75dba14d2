//! Files without a name: their blocks, their bytes, and their pages in memory.

use super::Refused;
use super::signals::without_size_signal;
use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::ptr::{NonNull, null_mut};
use std::time::Duration;

/// Of the kernel's `magic.h`; not in every libc.
const RAMFS: u64 = 0x8584_58f6;
const TMPFS: u64 = 0x0102_1994;
const HUGETLBFS: u64 = 0x9584_58f6;

/// Of the kernel's `mman.h` since 5.4; not in every libc.
const MADV_PAGEOUT: libc::c_int = 21;

/// Whether there are files as the store needs them.
pub(crate) const FILES: bool = true;

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(libc::ENOSPC) => Self::Full,
            Some(libc::EDQUOT) => Self::Quota,
            Some(libc::EFBIG) => Self::FileSize,
            Some(libc::EOPNOTSUPP | libc::ENOSYS) => Self::Unknown,
            Some(libc::EINVAL) => Self::Unsuitable,
            Some(number) => Self::Error(number),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::Short,
            None => Self::Error(libc::EIO),
        }
    }
}

/// A new file that has no name and never gets one; only its owner may open it.
pub(crate) fn open_unnamed(directory: &Path) -> io::Result<File> {
    open_owned(libc::O_TMPFILE | libc::O_EXCL).open(directory)
}

/// Whether [`open_unnamed`] failed as the file system has no files without a name.
pub(crate) fn needs_a_name(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::EOPNOTSUPP | libc::EISDIR | libc::EINVAL | libc::ENOENT)
    )
}

/// A new file, whose name is gone again at once. Follows no link: a name that exists is an error.
pub(crate) fn open_unlinked(path: &Path) -> io::Result<File> {
    let file = open_owned(libc::O_NOFOLLOW).create_new(true).open(path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// Options for a file of the owner's alone. (The standard library closes it in programs that are run.)
fn open_owned(flags: i32) -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .mode(0o600)
        .custom_flags(flags);
    options
}

/// A directory that this process may make files in, as far as that can be told without making one.
pub(crate) fn open_directory(directory: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY);
    let opened = options.open(directory)?;
    let path = CString::new(directory.as_os_str().as_bytes())?;
    let access = libc::W_OK | libc::X_OK;
    // SAFETY: a C string that outlives the call.
    let may = unsafe { libc::faccessat(libc::AT_FDCWD, path.as_ptr(), access, libc::AT_EACCESS) };
    if may == 0 {
        Ok(opened)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// A second descriptor of the file whose reads and writes go around the page cache; `None` if there is none.
pub(crate) fn open_direct(file: &File) -> Option<File> {
    let link = format!("/proc/self/fd/{}", file.as_raw_fd());
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(libc::O_DIRECT);
    options.open(link).ok()
}

/// Whether the file's blocks are memory; `None` if the kernel does not tell.
pub(crate) fn is_in_memory(file: &File) -> Option<bool> {
    let mut answer = std::mem::MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: an open descriptor, and a valid place for the answer.
    let done = unsafe { libc::fstatfs(file.as_raw_fd(), answer.as_mut_ptr()) } == 0;
    // SAFETY: all-zero bytes are a valid `statfs`, and the kernel wrote the rest.
    let answer = unsafe { answer.assume_init() };
    #[expect(
        clippy::cast_sign_loss,
        reason = "a number of 32 bits, signed here and there"
    )]
    let magic = answer.f_type as u64 & 0xffff_ffff;
    done.then_some([RAMFS, TMPFS, HUGETLBFS].contains(&magic))
}

/// How long the file is; `None` if the kernel does not tell.
pub(crate) fn len_of(file: &File) -> Option<u64> {
    file.metadata().ok().map(|metadata| metadata.len())
}

/// The longest that the file may be, if there is a limit.
pub(crate) fn file_size_limit() -> Option<u64> {
    super::unix::limit_of(libc::RLIMIT_FSIZE)
}

/// Bytes from `at` on: all of `into`.
pub(crate) fn read_at(file: &File, into: &mut [u8], at: u64) -> Result<(), Refused> {
    Ok(file.read_exact_at(into, at)?)
}

/// All of `from`, to the place `at`.
pub(crate) fn write_at(file: &File, from: &[u8], at: u64) -> Result<(), Refused> {
    Ok(without_size_signal(|| file.write_all_at(from, at))?)
}

/// Blocks of the disk for a range, which makes the file longer if need be.
pub(crate) fn allocate(file: &File, at: u64, len: u64) -> Result<(), Refused> {
    fallocate(file, 0, at, len)
}

/// Makes a range read zero: what is not written yet never is, and the blocks stay.
pub(crate) fn zero(file: &File, at: u64, len: u64) -> Result<(), Refused> {
    let mode = libc::FALLOC_FL_ZERO_RANGE | libc::FALLOC_FL_KEEP_SIZE;
    fallocate(file, mode, at, len)
}

/// Gives the blocks of a range back to the disk.
pub(crate) fn punch(file: &File, at: u64, len: u64) -> Result<(), Refused> {
    let mode = libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE;
    fallocate(file, mode, at, len)
}

fn fallocate(file: &File, mode: libc::c_int, at: u64, len: u64) -> Result<(), Refused> {
    let (at, len) = (offset(at)?, offset(len)?);
    let call = || {
        // SAFETY: an open descriptor and numbers; no memory of ours is touched.
        match unsafe { libc::fallocate(file.as_raw_fd(), mode, at, len) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    loop {
        match without_size_signal(call) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return Ok(done?),
        }
    }
}

/// Cuts the end of the file off, or makes it longer without blocks.
pub(crate) fn set_len(file: &File, len: u64) -> Result<(), Refused> {
    Ok(without_size_signal(|| file.set_len(len))?)
}

fn offset(bytes: u64) -> Result<libc::off_t, Refused> {
    libc::off_t::try_from(bytes).map_err(|_| Refused::FileSize)
}

/// Starts to write a range of the page cache to the disk.
pub(crate) fn start_writing(file: &File, at: u64, len: u64) {
    sync_range(file, at, len, libc::SYNC_FILE_RANGE_WRITE);
}

/// Writes a range of the page cache to the disk, and waits for it.
pub(crate) fn finish_writing(file: &File, at: u64, len: u64) {
    let all = libc::SYNC_FILE_RANGE_WAIT_BEFORE
        | libc::SYNC_FILE_RANGE_WRITE
        | libc::SYNC_FILE_RANGE_WAIT_AFTER;
    sync_range(file, at, len, all);
}

/// A refusal only means that the kernel writes when it likes.
fn sync_range(file: &File, at: u64, len: u64, flags: libc::c_uint) {
    if let (Ok(at), Ok(len)) = (offset(at), offset(len)) {
        // SAFETY: an open descriptor and numbers; no memory of ours is touched.
        unsafe { libc::sync_file_range(file.as_raw_fd(), at, len, flags) };
    }
}

/// Tells the kernel that its page cache need not keep a range.
pub(crate) fn forget(file: &File, at: u64, len: u64) {
    advise_range(file, at, len, libc::POSIX_FADV_DONTNEED);
}

/// Tells the kernel that all of a range will be read at once.
pub(crate) fn announce(file: &File, at: u64, len: u64) {
    advise_range(file, at, len, libc::POSIX_FADV_WILLNEED);
}

fn advise_range(file: &File, at: u64, len: u64, advice: libc::c_int) {
    if let (Ok(at), Ok(len)) = (offset(at), offset(len)) {
        // SAFETY: as in `sync_range`.
        unsafe { libc::posix_fadvise(file.as_raw_fd(), at, len, advice) };
    }
}

/// Maps a range of the file, to be read and written.
pub(crate) fn map(file: &File, at: u64, len: usize) -> Result<NonNull<u8>, Refused> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let (descriptor, at) = (file.as_raw_fd(), offset(at)?);
    // SAFETY: a new mapping at an address of the kernel's choice touches no existing memory.
    let start = unsafe { libc::mmap(null_mut(), len, access, libc::MAP_SHARED, descriptor, at) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error().into());
    }
    NonNull::new(start.cast()).ok_or(Refused::Unsuitable)
}

/// Replaces a mapping of the file's start, in the child of a fork: what is written to it stays there. Until
/// a page is written it shows what the parent has in it.
pub(crate) fn map_apart(file: &File, start: NonNull<u8>, len: usize) {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_NORESERVE | libc::MAP_FIXED;
    let (at, descriptor) = (start.as_ptr().cast(), file.as_raw_fd());
    // SAFETY: the same pages of the same file in the place of a mapping of ours; no other thread is there.
    let mapped = len == 0 || unsafe { libc::mmap(at, len, access, flags, descriptor, 0) } == at;
    if !mapped {
        make_read_only(start, len); // rather than write to what is the parent's
    }
}

/// Makes mapped pages read-only; `false` if the kernel refuses.
pub(crate) fn make_read_only(start: NonNull<u8>, len: usize) -> bool {
    // SAFETY: callers own the mapping, and nobody has a mutable reference into it any more.
    unsafe { libc::mprotect(start.as_ptr().cast(), len, libc::PROT_READ) == 0 }
}

/// Takes mapped pages out of memory, which come back from the file when they are touched.
pub(crate) fn page_out(start: NonNull<u8>, len: usize) {
    // SAFETY: callers own the mapping; no content changes.
    unsafe { libc::madvise(start.as_ptr().cast(), len, MADV_PAGEOUT) };
}

/// Waits until the kernel has something urgent to tell by an open file, for at most that long or until a signal;
/// whether it has.
pub(crate) fn wait_urgent(file: &File, at_most: Duration) -> io::Result<bool> {
    let mut asked = libc::pollfd {
        fd: file.as_raw_fd(),
        events: libc::POLLPRI,
        revents: 0,
    };
    let at_most = libc::c_int::try_from(at_most.as_millis()).unwrap_or(libc::c_int::MAX);
    // SAFETY: one record, valid for the whole call, of an open descriptor.
    let told = unsafe { libc::poll(&raw mut asked, 1, at_most) };
    match (told, io::Error::last_os_error()) {
        (0, _) => Ok(false),
        (1, _) if asked.revents & libc::POLLERR == 0 => Ok(true),
        (1, _) => Err(io::ErrorKind::NotFound.into()), // what it tells of is gone
        (_, error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        (_, error) => Err(error),
    }
}

/// Fills `bytes` with random ones; `false` if the kernel has none.
pub(crate) fn random(mut bytes: &mut [u8]) -> bool {
    while !bytes.is_empty() {
        // SAFETY: a valid slice of that length.
        let got = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
        match usize::try_from(got) {
            Ok(got) => bytes = &mut bytes[got..],
            Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    true
}
