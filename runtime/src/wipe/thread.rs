//! What a thread leaves behind: values in the part of its stack that is not in use, and in registers.
//!
//! ```text
//! stack   | guard |  never used  |  used, given up  |  frames in use        |
//!         end                     <-- wiped --------> stack pointer     start
//! ```

use super::wipe;
use crate::layout::PAGE;
use crate::os;
use std::ptr::{self, NonNull};

/// Pages that the kernel is asked about at a time.
const BATCH: usize = 64;

/// Clears the calling thread's stack below the caller's frame, and the registers that a function need
/// not preserve; see [`wipe_thread`](crate::wipe_thread).
#[inline(never)]
pub(crate) fn wipe_thread() {
    if let Some(end) = os::stack_end() {
        wipe_pages(end);
        wipe_rest(end);
    }
    wipe_registers();
}

/// Wipes the pages of the stack that lie wholly below all frames from here on.
#[inline(never)]
fn wipe_pages(end: NonNull<u8>) {
    let mut backed = [0; BATCH];
    // Two pages are left to `wipe_rest`: the frames of this function, and of what it calls, are there.
    let here = ptr::from_ref(&backed).addr() & !(PAGE - 1);
    let Some(pages) = here.checked_sub(end.addr().get()).map(|len| len / PAGE) else {
        return;
    };
    let (mut below, mut most) = (pages.saturating_sub(2), BATCH);
    // From the top: the first page of which the kernel knows nothing is where a growing stack ends.
    while below > 0 {
        let batch = below.min(most);
        // SAFETY: inside the stack: `below` is at most the pages between its end and this frame.
        let start = unsafe { end.add((below - batch) * PAGE) };
        if !os::resident(start, &mut backed[..batch]) {
            if batch == 1 {
                return;
            }
            most = 1;
            continue;
        }
        below -= batch;
        for (page, _) in backed[..batch]
            .iter()
            .enumerate()
            .filter(|(_, state)| *state & 1 == 1)
        {
            // SAFETY: inside the stack, as above.
            let page = unsafe { start.add(page * PAGE) };
            // SAFETY: a page of this thread's stack in which no frame lies: nobody uses it.
            unsafe { wipe(page, PAGE) };
        }
    }
}

/// Wipes the two pages that [`wipe_pages`] leaves, and what is below the caller's frame.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn wipe_rest(end: NonNull<u8>) {
    const LEN: usize = 4 * PAGE;
    // SAFETY:
    // - what is written lies between the end of the stack and the stack pointer, at most `LEN` bytes
    //   of it: the thread's own, and without `nostack` the compiler keeps nothing there;
    // - pages that were never used are backed as they are written, as by any deep call;
    // - direction flag and red zone are as the ABI has them, and what is changed is declared.
    unsafe {
        std::arch::asm!(
            "mov rdi, rsp",
            "sub rdi, {len}",
            "cmp rdi, {end}",
            "cmovb rdi, {end}",
            "mov rcx, rsp",
            "sub rcx, rdi",
            "xor eax, eax",
            "rep stosb",
            len = const LEN,
            end = in(reg) end.as_ptr(),
            out("rdi") _,
            out("rcx") _,
            out("rax") _,
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn wipe_rest(_end: NonNull<u8>) {}

/// Clears the registers that a function need not preserve.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn wipe_registers() {
    if std::arch::is_x86_feature_detected!("avx512f") {
        wipe_upper_vectors();
    }
    if std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the processor has it; every register of the ABI that changes is declared.
        unsafe { std::arch::asm!("vzeroall", clobber_abi("C"), options(nomem, nostack)) };
    } else {
        // SAFETY: every x86-64 has these; every register of the ABI that changes is declared.
        unsafe {
            std::arch::asm!(
                "xorps xmm0, xmm0",
                "xorps xmm1, xmm1",
                "xorps xmm2, xmm2",
                "xorps xmm3, xmm3",
                "xorps xmm4, xmm4",
                "xorps xmm5, xmm5",
                "xorps xmm6, xmm6",
                "xorps xmm7, xmm7",
                "xorps xmm8, xmm8",
                "xorps xmm9, xmm9",
                "xorps xmm10, xmm10",
                "xorps xmm11, xmm11",
                "xorps xmm12, xmm12",
                "xorps xmm13, xmm13",
                "xorps xmm14, xmm14",
                "xorps xmm15, xmm15",
                clobber_abi("C"),
                options(nomem, nostack)
            );
        }
    }
    // SAFETY: every register that changes is declared.
    unsafe {
        std::arch::asm!(
            "xor eax, eax",
            "xor ecx, ecx",
            "xor edx, edx",
            "xor esi, esi",
            "xor edi, edi",
            "xor r8d, r8d",
            "xor r9d, r9d",
            "xor r10d, r10d",
            "xor r11d, r11d",
            clobber_abi("C"),
            options(nomem, nostack)
        );
    }
}

/// Clears the registers that only AVX-512 has.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn wipe_upper_vectors() {
    // SAFETY: called where the processor has AVX-512; the compiler knows of these registers only if it was
    // told to use them, and then `clobber_abi` declares them.
    unsafe {
        std::arch::asm!(
            "vpxord zmm16, zmm16, zmm16",
            "vpxord zmm17, zmm17, zmm17",
            "vpxord zmm18, zmm18, zmm18",
            "vpxord zmm19, zmm19, zmm19",
            "vpxord zmm20, zmm20, zmm20",
            "vpxord zmm21, zmm21, zmm21",
            "vpxord zmm22, zmm22, zmm22",
            "vpxord zmm23, zmm23, zmm23",
            "vpxord zmm24, zmm24, zmm24",
            "vpxord zmm25, zmm25, zmm25",
            "vpxord zmm26, zmm26, zmm26",
            "vpxord zmm27, zmm27, zmm27",
            "vpxord zmm28, zmm28, zmm28",
            "vpxord zmm29, zmm29, zmm29",
            "vpxord zmm30, zmm30, zmm30",
            "vpxord zmm31, zmm31, zmm31",
            "kxorw k0, k0, k0",
            "kxorw k1, k1, k1",
            "kxorw k2, k2, k2",
            "kxorw k3, k3, k3",
            "kxorw k4, k4, k4",
            "kxorw k5, k5, k5",
            "kxorw k6, k6, k6",
            "kxorw k7, k7, k7",
            clobber_abi("C"),
            options(nomem, nostack)
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn wipe_registers() {}

#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod tests {
    use super::*;
    use std::fs::File;
    use std::hint::black_box;
    use std::os::unix::fs::FileExt;
    use std::sync::{Barrier, OnceLock};
    use std::thread;

    const PATTERN: [u8; 16] = *b"a secret of ours";

    /// Fills a deep frame with the pattern, and returns.
    #[inline(never)]
    fn soil(depth: usize) {
        let mut frame = [PATTERN; 1000];
        black_box(&mut frame);
        if depth > 0 {
            soil(depth - 1);
        }
    }

    /// How often the pattern is on the stack of a thread that ran `last` after `soil`.
    fn found_after(last: fn()) -> usize {
        let place = OnceLock::new();
        let (stopped, done) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                soil(20);
                last();
                let end = os::stack_end().expect("a stack has an end").addr().get();
                _ = place.set((end, ptr::from_ref(&end).addr()));
                stopped.wait();
                done.wait();
            });
            stopped.wait();
            let &(end, here) = place.get().expect("set by the thread");
            let mut bytes = vec![0; here - end];
            let memory = File::open("/proc/self/mem").expect("our own memory");
            memory
                .read_exact_at(&mut bytes, end as u64)
                .expect("a whole stack");
            done.wait();
            bytes
                .windows(16)
                .filter(|window| *window == PATTERN)
                .count()
        })
    }

    #[test]
    fn the_stack_is_clean_below_the_frames_in_use() {
        assert!(found_after(|| ()) > 10_000, "the scan finds nothing");
        assert_eq!(found_after(wipe_thread), 0);
    }

    /// Leaves something in vector registers, and reads them back.
    fn register_after(last: fn()) -> [u64; 2] {
        let mut found = [[0u64; 2]; 2];
        // SAFETY: reads 16 bytes of `PATTERN`.
        unsafe {
            std::arch::asm!("movups xmm10, [{0}]", "movups xmm15, [{0}]", in(reg) PATTERN.as_ptr(), out("xmm10") _, out("xmm15") _);
        }
        last();
        // SAFETY: writes 32 bytes into `found`.
        unsafe {
            std::arch::asm!("movups [{0}], xmm10", "movups [{0} + 16], xmm15", in(reg) found.as_mut_ptr());
        }
        [found[0][0] | found[1][0], found[0][1] | found[1][1]]
    }

    #[test]
    fn registers_are_clean() {
        assert_ne!(register_after(|| ()), [0, 0], "the check finds nothing");
        assert_eq!(register_after(wipe_thread), [0, 0]);
    }

    #[test]
    fn upper_registers_are_clean() {
        if !std::arch::is_x86_feature_detected!("avx512f") {
            return;
        }
        let mut found = [0u8; 64];
        // SAFETY: the processor has AVX-512; reads and writes 64 bytes of `found`; `zmm20` belongs to nobody across calls.
        unsafe {
            std::arch::asm!(
                "vpternlogd zmm20, zmm20, zmm20, 0xff",
                options(nomem, nostack)
            );
        }
        wipe_thread();
        // SAFETY: as above.
        unsafe {
            std::arch::asm!("vmovups [{0}], zmm20", in(reg) found.as_mut_ptr());
        }
        assert_eq!(found, [0; 64]);
    }
}
