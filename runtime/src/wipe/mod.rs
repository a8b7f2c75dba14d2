//! The only place where anything is erased: memory that somebody owns, and what a thread leaves behind
//! on its stack and in its registers.

mod apart;
mod thread;

pub use apart::Apart;
pub(crate) use thread::wipe_thread;

use std::ptr::NonNull;
use zeroize::optimization_barrier;

/// Overwrites `bytes` bytes with zeros, in a way that no compiler may leave out.
///
/// # Safety
/// The range is writable, and nobody else uses it meanwhile.
pub(crate) unsafe fn wipe(start: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe { start.write_bytes(0, bytes) };
    // SAFETY: the caller's promise; all of it was just written.
    let wiped = unsafe { std::slice::from_raw_parts(start.as_ptr(), bytes) };
    optimization_barrier(wiped);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wiped_reads_zero() {
        let mut bytes = [7u8; 1000];
        // SAFETY: the range is inside the array, which is ours.
        unsafe { wipe(NonNull::from(&mut bytes[1]), 998) };
        assert_eq!((bytes[0], bytes[999]), (7, 7));
        assert!(bytes[1..999].iter().all(|&byte| byte == 0));
    }
}
