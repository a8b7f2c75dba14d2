//! The registers of a stopped thread: the one unsafe module.
#![allow(unsafe_code)]

use nix::errno::Errno;
use nix::unistd::Pid;
use std::io;

/// A kind of registers, as the kernel numbers its notes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// General registers.
    General = libc::NT_PRSTATUS as isize,
    /// x87 and SSE.
    Float = libc::NT_PRFPREG as isize,
    /// Everything the processor saves, up to AVX-512.
    Extended = NT_X86_XSTATE as isize,
}

/// `<linux/elf.h>`; libc does not have it.
const NT_X86_XSTATE: i32 = 0x202;
/// Larger than any processor's state without matrix tiles; with those it is about 11 KiB.
const MOST: usize = 16 << 10;

/// The registers of one kind of a thread that this one traces and that is stopped; nothing where the processor has
/// none of the kind.
///
/// # Errors
/// If the kernel refuses.
pub(crate) fn read(thread: Pid, kind: Kind) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0u8; MOST];
    let mut part = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY:
    // - the request takes the kind of registers as `addr` and an `iovec` as `data`, which `part` is and outlives the call;
    // - the kernel writes at most `iov_len` bytes to `iov_base`: that many are in `bytes`, which nobody else uses;
    // - for a thread that is not traced or not stopped it fails and writes nothing.
    let answer = unsafe {
        libc::ptrace(
            libc::PTRACE_GETREGSET,
            thread.as_raw(),
            kind as libc::c_long,
            &raw mut part,
        )
    };
    match Errno::result(answer) {
        Ok(_) => {
            bytes.truncate(part.iov_len);
            Ok(bytes)
        }
        Err(Errno::EINVAL | Errno::ENODEV) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
