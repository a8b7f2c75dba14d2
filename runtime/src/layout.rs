//! Page and size-class arithmetic on integers: no pointers, no unsafe, no panics.
#![forbid(unsafe_code)]

/// Bytes in one heap page: the unit in which spans are counted.
///
/// Equal to the smallest page of the target's kernels. Where the running kernel uses larger
/// pages the heap stays closed and every block goes to the inner allocator.
pub(crate) const PAGE: usize = if cfg!(all(target_vendor = "apple", target_arch = "aarch64")) {
    16 << 10
} else {
    4 << 10
};

/// Bytes of a huge page on the targets where the kernel offers them on request.
pub(crate) const HUGE_PAGE: usize = 2 << 20;

/// Pages of a huge page.
pub(crate) const HUGE_PAGES: u32 = whole_pages(HUGE_PAGE);

/// Pages that hold `bytes`, or `None` beyond `u32` pages.
pub(crate) const fn pages_for(bytes: usize) -> Option<u32> {
    if bytes.div_ceil(PAGE) < u32::MAX as usize {
        Some(whole_pages(bytes + (PAGE - 1)))
    } else {
        None
    }
}

/// Whole pages in `bytes`, which are fewer than 2^32.
#[expect(clippy::cast_possible_truncation, reason = "the caller's promise")]
pub(crate) const fn whole_pages(bytes: usize) -> u32 {
    debug_assert!(bytes / PAGE <= u32::MAX as usize);
    (bytes / PAGE) as u32
}

/// Bytes in `pages` pages.
pub(crate) const fn bytes_of(pages: u32) -> usize {
    pages as usize * PAGE
}

/// `value` rounded up to a multiple of `step` (a power of two), saturating.
pub(crate) const fn round_up(value: usize, step: usize) -> usize {
    match value.checked_add(step - 1) {
        Some(sum) => sum & !(step - 1),
        None => usize::MAX & !(step - 1),
    }
}

/// Exact classes below this many pages, then `STEPS` classes per power of two.
const EXACT: u32 = 32;
const STEPS_LOG: u32 = 4;

/// How many size classes there are.
pub(crate) const CLASSES: usize = class_of(u32::MAX) + 1;

/// The class of a span of `pages` pages: classes ascend with size, and all spans of a class
/// differ by at most a sixteenth.
pub(crate) const fn class_of(pages: u32) -> usize {
    if pages < EXACT {
        return pages as usize;
    }
    let log = pages.ilog2();
    let step = (pages >> (log - STEPS_LOG)) & ((1 << STEPS_LOG) - 1);
    (EXACT + ((log - EXACT.ilog2()) << STEPS_LOG) + step) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_spans_have_a_class_each() {
        for pages in 1..EXACT {
            assert_eq!(class_of(pages), pages as usize);
        }
    }

    #[test]
    fn classes_have_no_gap() {
        let mut last = class_of(1);
        for pages in 2..1_000_000 {
            let class = class_of(pages);
            assert!(class == last || class == last + 1, "{pages} pages");
            last = class;
        }
    }

    proptest! {
        #[test]
        fn classes_ascend(a in 1u32.., b in 1u32..) {
            let (small, large) = (a.min(b), a.max(b));
            prop_assert!(class_of(small) <= class_of(large));
            prop_assert!(class_of(large) < CLASSES);
        }

        #[test]
        fn spans_of_a_class_are_alike(a in EXACT..) {
            let b = a.saturating_add(a / 16 + 1);
            prop_assert!(b == u32::MAX || class_of(b) > class_of(a));
        }

        #[test]
        fn pages_hold_the_bytes(bytes in 0usize..1 << 43) {
            let pages = pages_for(bytes).expect("below 2^32 pages");
            prop_assert!(bytes_of(pages) >= bytes);
            prop_assert!(bytes_of(pages) < bytes + PAGE);
        }

        #[test]
        fn rounding_up_reaches_the_next_multiple(value in 0usize..1 << 60, log in 0u32..30) {
            let step = 1usize << log;
            let up = round_up(value, step);
            prop_assert!(up >= value && up - value < step && up.is_multiple_of(step));
        }
    }

    #[test]
    fn too_many_pages_are_refused() {
        assert_eq!(pages_for(usize::MAX), None);
    }
}
