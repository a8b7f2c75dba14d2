//! A kernel that refuses: from some moment on, reading or writing some bytes of files fails.

use std::mem::offset_of;
use std::ops::Range;

/// What goes to or comes from a place in a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Transfer {
    Read,
    Write,
}

impl Transfer {
    const fn call(self) -> libc::c_long {
        match self {
            Self::Read => libc::SYS_pread64,
            Self::Write => libc::SYS_pwrite64,
        }
    }
}

/// Whatever begins at one of `places` fails with `EIO` from now on, on all threads, in any file, for the
/// rest of the process; `false` if the kernel knows no such filters.
pub(crate) fn fail(transfer: Transfer, places: &Range<u32>) -> bool {
    let load = |at: usize| {
        step(
            libc::BPF_LD | libc::BPF_W | libc::BPF_ABS,
            number(at),
            (0, 0),
        )
    };
    let jump = |how, value, skips| step(libc::BPF_JMP | how | libc::BPF_K, value, skips);
    let end = |value| step(libc::BPF_RET | libc::BPF_K, value, (0, 0));
    let place = offset_of!(libc::seccomp_data, args) + 3 * size_of::<u64>();
    let low = place + if cfg!(target_endian = "big") { 4 } else { 0 };
    let call = u32::try_from(transfer.call()).expect("a number of a call");
    let steps = [
        load(offset_of!(libc::seccomp_data, nr)),
        jump(libc::BPF_JEQ, call, (0, 4)),
        load(low),
        jump(libc::BPF_JGE, places.start, (0, 2)),
        jump(libc::BPF_JGE, places.end, (1, 0)),
        end(libc::SECCOMP_RET_ERRNO | libc::EIO.unsigned_abs()),
        end(libc::SECCOMP_RET_ALLOW),
    ];
    install(&steps)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("a place in a few words")
}

fn step(code: u32, k: u32, (jt, jf): (u8, u8)) -> libc::sock_filter {
    let code = u16::try_from(code).expect("a code");
    libc::sock_filter { code, jt, jf, k }
}

fn install(steps: &[libc::sock_filter]) -> bool {
    let program = libc::sock_fprog {
        len: u16::try_from(steps.len()).expect("few steps"),
        filter: steps.as_ptr().cast_mut(),
    };
    // SAFETY: takes numbers only; what it gives up are the rights of programs that are started later.
    let alone = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    // SAFETY: a valid program of that many steps, which the kernel checks and copies.
    let installed = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_TSYNC,
            &raw const program,
        )
    };
    (alone, installed) == (0, 0)
}
