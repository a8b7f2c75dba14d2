//! Signals that reading, writing and mapping files can raise.

use std::io;
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

/// Calls with the signal blocked that the kernel raises, besides the error, when a file would grow past
/// its limit: by default it ends the process.
pub(super) fn without_size_signal<R>(call: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
    let size = set_of(libc::SIGXFSZ);
    let before = block(&size);
    let result = call();
    let raised = matches!(&result, Err(error) if error.raw_os_error() == Some(libc::EFBIG));
    // SAFETY: `before` is a set of signals.
    let was_blocked = unsafe { libc::sigismember(&raw const before, libc::SIGXFSZ) } == 1;
    if raised && !was_blocked {
        take(&size);
    }
    restore(&before);
    result
}

/// Blocks, on the calling thread and for good, every signal but those of its own faults: handlers of
/// the program run on its own threads.
pub(crate) fn block_signals() {
    let mut all = empty();
    // SAFETY: `all` is a set of signals.
    unsafe { libc::sigfillset(&raw mut all) };
    for fault in [libc::SIGBUS, libc::SIGSEGV, libc::SIGILL, libc::SIGFPE] {
        // SAFETY: as above.
        unsafe { libc::sigdelset(&raw mut all, fault) };
    }
    block(&all);
}

fn empty() -> libc::sigset_t {
    let mut set = MaybeUninit::zeroed();
    // SAFETY: a valid place for a set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: written above.
    unsafe { set.assume_init() }
}

fn set_of(signal: libc::c_int) -> libc::sigset_t {
    let mut set = empty();
    // SAFETY: a set of signals.
    unsafe { libc::sigaddset(&raw mut set, signal) };
    set
}

/// Blocks signals on the calling thread; returns what was blocked before.
fn block(signals: &libc::sigset_t) -> libc::sigset_t {
    let mut before = empty();
    // SAFETY: two sets of signals.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, signals, &raw mut before) };
    before
}

fn restore(signals: &libc::sigset_t) {
    // SAFETY: a set of signals; the old one is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, signals, null_mut()) };
}

/// Takes a blocked signal off the calling thread, if it waits.
fn take(signals: &libc::sigset_t) {
    let at_once = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: a set of signals and a time; nobody asks for details.
    unsafe { libc::sigtimedwait(signals, null_mut(), &raw const at_once) };
}

/// Whether an address is in a mapped file; it notes the loss if so. Runs inside a signal handler.
type Catch = fn(usize) -> bool;

static CATCH: OnceLock<Catch> = OnceLock::new();
static PREVIOUS: OnceLock<libc::sigaction> = OnceLock::new();

/// Has faults on mapped files, whose blocks are gone, read zeros from then on: where `catch` says that
/// the address is one. All others go to the handler that was there before. `false` if the kernel refuses.
pub(crate) fn catch_faults(catch: Catch) -> bool {
    static DONE: OnceLock<bool> = OnceLock::new();
    *DONE.get_or_init(|| install(catch))
}

/// The order matters: as soon as the handler is there, it must know whom to call.
fn install(catch: Catch) -> bool {
    let mut previous = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a query; `previous` is a valid place for the answer.
    if unsafe { libc::sigaction(libc::SIGBUS, null(), previous.as_mut_ptr()) } != 0 {
        return false;
    }
    // SAFETY: all-zero bytes are a valid `sigaction`, and the kernel wrote the rest.
    let previous = unsafe { previous.assume_init() };
    let known = PREVIOUS.set(previous).is_ok() && CATCH.set(catch).is_ok();
    let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = on_fault;
    let action = libc::sigaction {
        sa_sigaction: handler as libc::sighandler_t,
        sa_mask: empty(),
        sa_flags: libc::SA_SIGINFO | libc::SA_ONSTACK,
        ..previous
    };
    // SAFETY: the handler is a function of that kind, and does only what a handler may.
    known && unsafe { libc::sigaction(libc::SIGBUS, &raw const action, null_mut()) } == 0
}

/// Calls nothing but system calls, and touches nothing but atomics and its own stack.
extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the kernel passes a valid record, which lives as long as the handler runs.
    let record = unsafe { &*info };
    // SAFETY: for this signal the record has an address, or a field of another kind that is no pointer of ours.
    let (code, at) = (record.si_code, unsafe { record.si_addr() } as usize);
    // Positive codes are the kernel's own; the others were sent by a process and have no address.
    let caught = code > 0 && CATCH.get().is_some_and(|catch| catch(at)) && put_zeros(at);
    if !caught {
        pass_on(signal, code, info, context);
    }
}

/// Puts a page of zeros in the place of the one around `at`.
fn put_zeros(at: usize) -> bool {
    let page = at & !(crate::layout::PAGE - 1);
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
    // SAFETY: the location of this thread's error number, which the code around the fault may still want.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let saved = unsafe { errno.read() };
    // SAFETY: the page belongs to a live mapping of a file (`catch` said so), and its content is lost.
    let got = unsafe { libc::mmap(page as *mut _, crate::layout::PAGE, access, flags, -1, 0) };
    // SAFETY: as above.
    unsafe { errno.write(saved) };
    got != libc::MAP_FAILED
}

/// Does what would have been done without us.
fn pass_on(
    signal: libc::c_int,
    code: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    type Handler = extern "C" fn(libc::c_int);
    type Informed = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
    let previous = PREVIOUS.get();
    let handler = previous.map_or(libc::SIG_DFL, |previous| previous.sa_sigaction);
    if handler == libc::SIG_IGN && code <= 0 {
        return; // a fault cannot be ignored, what a process sent can
    }
    if handler == libc::SIG_DFL || handler == libc::SIG_IGN {
        return by_default(signal);
    }
    if previous.is_some_and(|previous| previous.sa_flags & libc::SA_SIGINFO != 0) {
        // SAFETY: a handler that was installed as one with information.
        let handler = unsafe { std::mem::transmute::<libc::sighandler_t, Informed>(handler) };
        handler(signal, info, context);
    } else {
        // SAFETY: a handler that was installed as one without.
        let handler = unsafe { std::mem::transmute::<libc::sighandler_t, Handler>(handler) };
        handler(signal);
    }
}

/// Ends the process as the signal does by default, once the handler returns.
fn by_default(signal: libc::c_int) {
    // SAFETY: back to what the kernel does by itself.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    // SAFETY: waits until the handler returns, as the signal is blocked meanwhile.
    unsafe { libc::raise(signal) };
}
