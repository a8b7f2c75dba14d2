//! The calling thread: where its stack is, and what happens when it ends.

use crate::sync::atomic::{AtomicUsize, Ordering};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::{NonNull, without_provenance};

/// The calling thread's stack: its lowest address, above the guard page, and its bytes; `None` if unknown.
///
/// The main thread's stack grows: not all of it need be mapped.
fn stack() -> Option<(NonNull<u8>, usize)> {
    thread_local! {
        // The question is dear on the main thread: the answer is in a file.
        static STACK: Cell<Option<(NonNull<u8>, usize)>> = const { Cell::new(None) };
    }
    if STACK.get().is_none() {
        STACK.set(ask_for_stack());
    }
    STACK.get()
}

#[cfg(target_os = "linux")]
fn ask_for_stack() -> Option<(NonNull<u8>, usize)> {
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::zeroed();
    // SAFETY: a query without arguments.
    let this = unsafe { libc::pthread_self() };
    // SAFETY: the calling thread, and a valid place for the answer.
    let known = unsafe { libc::pthread_getattr_np(this, attributes.as_mut_ptr()) };
    if known != 0 {
        return None;
    }
    let (mut end, mut len) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes were written by the call above; the others are valid places.
    let known =
        unsafe { libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut end, &raw mut len) };
    // SAFETY: the attributes were written above, and are not used any more.
    unsafe { libc::pthread_attr_destroy(attributes.as_mut_ptr()) };
    NonNull::new(end.cast())
        .filter(|_| known == 0)
        .map(|end| (end, len))
}

#[cfg(not(target_os = "linux"))]
fn ask_for_stack() -> Option<(NonNull<u8>, usize)> {
    None
}

/// The lowest address of the calling thread's stack; `None` if unknown.
pub(crate) fn stack_end() -> Option<NonNull<u8>> {
    stack().map(|(end, _)| end)
}

/// Whether core files are to have the calling thread's stack.
pub(crate) fn dump_stack(dumped: bool) {
    #[cfg(target_os = "linux")]
    if let Some((end, len)) = stack() {
        let advice = if dumped {
            libc::MADV_DODUMP
        } else {
            libc::MADV_DONTDUMP
        };
        // SAFETY: the content stays as it is. Parts of a main thread's stack that are not mapped yet are passed over.
        unsafe { libc::madvise(end.as_ptr().cast(), len, advice) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = dumped;
}

/// Has `hook` called when the calling thread ends, after the destructors of its thread-local values
/// that Rust knows. One hook for all threads; a thread may ask more than once.
pub(crate) fn at_thread_exit(hook: extern "C" fn(*mut c_void)) {
    /// The key plus one; 0 while there is none.
    static KEY: AtomicUsize = AtomicUsize::new(0);
    let key = match KEY.load(Ordering::Relaxed) {
        0 => match new_key(hook) {
            Some(new) => KEY
                .compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed)
                .err()
                .inspect(|_| delete_key(new))
                .unwrap_or(new),
            None => return,
        },
        key => key,
    };
    let Ok(key) = libc::pthread_key_t::try_from(key - 1) else {
        return;
    };
    // SAFETY: a key that is never deleted; the value is never looked at, but must not be null.
    unsafe { libc::pthread_setspecific(key, without_provenance(1)) };
}

fn new_key(hook: extern "C" fn(*mut c_void)) -> Option<usize> {
    let mut key = 0;
    // SAFETY: a valid place for the key; the hook is a function that never goes away and does not unwind.
    let made = unsafe { libc::pthread_key_create(&raw mut key, Some(hook)) } == 0;
    made.then_some(usize::try_from(key).ok()? + 1)
}

fn delete_key(key: usize) {
    if let Ok(key) = libc::pthread_key_t::try_from(key - 1) {
        // SAFETY: a key that was made just now, and which nobody uses.
        unsafe { libc::pthread_key_delete(key) };
    }
}
