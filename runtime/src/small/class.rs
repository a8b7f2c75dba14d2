//! Size classes: 16 bytes apart up to 256, then eight per doubling (at most an eighth apart).
#![forbid(unsafe_code)]

use crate::layout::{PAGE, round_up, whole_pages};
use std::alloc::Layout;

/// Bytes of a slab.
pub(super) const SLAB: usize = 32 << 10;

/// Pages of a slab.
pub(super) const SLAB_PAGES: u32 = whole_pages(SLAB);

/// The largest class; beyond it a page of one's own wastes less than an eighth.
const MOST: usize = 3584;

/// Classes up to [`EXACT`] are so far apart, and all are multiples of it.
const STEP: usize = 16;
const EXACT: usize = 256;
const EXACT_CLASSES: usize = EXACT / STEP;

/// Above [`EXACT`]: this many classes per doubling.
const STEPS_LOG: u32 = 3;

/// How many classes there are.
pub(super) const CLASSES: usize = index_of(MOST) + 1;

/// The most slots a slab can have.
pub(super) const MOST_SLOTS: usize = SLAB / STEP;

const _: () = assert!(SLAB.is_multiple_of(PAGE) && MOST < PAGE);

/// The index of the smallest class of at least `bytes` bytes, which are at least 1.
const fn index_of(bytes: usize) -> usize {
    let last = bytes - 1;
    if last < EXACT {
        return last / STEP;
    }
    let log = last.ilog2();
    let step = (last >> (log - STEPS_LOG)) & ((1 << STEPS_LOG) - 1);
    EXACT_CLASSES + (((log - EXACT.ilog2()) as usize) << STEPS_LOG) + step
}

/// Bytes of the class with that index.
const fn bytes_at(index: usize) -> usize {
    if index < EXACT_CLASSES {
        return (index + 1) * STEP;
    }
    let above = index - EXACT_CLASSES;
    let step = above & ((1 << STEPS_LOG) - 1);
    let unit = (EXACT << (above >> STEPS_LOG)) >> STEPS_LOG;
    ((1 << STEPS_LOG) + step + 1) * unit
}

/// A division by a class's bytes is a multiplication by this, and a shift: exact for all offsets in
/// a slab, as the error is at most `MOST_SLOTS / 2^20`, less than one part in `MOST / STEP`.
const INVERSE_LOG: u32 = 20;

/// What is looked up about a class.
#[derive(Clone, Copy)]
struct Figures {
    bytes: u32,
    slots: u32,
    inverse: u32,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "at most the bytes of a slab, or 2^20"
)]
static FIGURES: [Figures; CLASSES] = {
    let none = Figures {
        bytes: 0,
        slots: 0,
        inverse: 0,
    };
    let mut figures = [none; CLASSES];
    let mut index = 0;
    while index < CLASSES {
        let bytes = bytes_at(index);
        figures[index] = Figures {
            bytes: bytes as u32,
            slots: (SLAB / bytes) as u32,
            inverse: (1usize << INVERSE_LOG).div_ceil(bytes / STEP) as u32,
        };
        index += 1;
    }
    figures
};

/// A size class.
///
/// # Invariants
/// 1. The index is below [`CLASSES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

impl Class {
    /// The class of blocks of that layout; `None` if they need pages of their own.
    ///
    /// Rounding the size up to the alignment is all that alignment takes: classes are multiples of
    /// an eighth of the power of two below them, and a larger alignment leaves only sizes that are
    /// classes themselves.
    #[inline]
    pub(super) const fn of(layout: Layout) -> Option<Self> {
        let bytes = round_up(layout.size(), layout.align());
        match bytes {
            0 => Some(Self(0)),
            1..=MOST => Some(Self::at(index_of(bytes))),
            _ => None,
        }
    }

    /// The class with an index that is below [`CLASSES`].
    #[expect(clippy::cast_possible_truncation, reason = "fewer than 256 classes")]
    const fn at(index: usize) -> Self {
        debug_assert!(index < CLASSES);
        Self(index as u8)
    }

    /// The class with that index, as [`index`](Self::index) gave it.
    #[inline]
    pub(super) const fn from_index(index: u8) -> Self {
        Self(index)
    }

    /// Position among the classes.
    #[inline]
    pub(super) const fn index(self) -> u8 {
        self.0
    }

    #[inline]
    const fn figures(self) -> Figures {
        FIGURES[self.0 as usize]
    }

    /// Bytes of a slot.
    #[inline]
    pub(super) const fn bytes(self) -> usize {
        self.figures().bytes as usize
    }

    /// Slots of a slab.
    #[inline]
    pub(super) const fn slots(self) -> usize {
        self.figures().slots as usize
    }

    /// The slot that begins `offset` bytes into a slab, if one does.
    #[inline]
    pub(super) const fn slot_at(self, offset: usize) -> Option<usize> {
        let Figures {
            bytes,
            slots,
            inverse,
        } = self.figures();
        if offset >= SLAB {
            return None;
        }
        let slot = ((offset / STEP) * inverse as usize) >> INVERSE_LOG;
        if slot < slots as usize && slot * bytes as usize == offset {
            Some(slot)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Class> {
        (0..CLASSES).map(Class::at)
    }

    fn of(size: usize, align: usize) -> Option<Class> {
        Class::of(Layout::from_size_align(size, align).expect("a layout"))
    }

    #[test]
    fn a_class_is_the_first_of_its_own_size() {
        for class in all() {
            assert_eq!(of(class.bytes(), 1), Some(class));
            assert_eq!(of(class.bytes() + 1, 1).map(Class::index), {
                let next = class.index() + 1;
                (usize::from(next) < CLASSES).then_some(next)
            });
        }
        assert_eq!(of(0, 1), of(1, 1));
    }

    #[test]
    fn classes_are_at_most_an_eighth_apart() {
        for (class, next) in all().zip(all().skip(1)) {
            let more = next.bytes() - class.bytes();
            assert!(more == STEP || more * 8 <= class.bytes(), "{class:?}");
        }
    }

    #[test]
    fn every_layout_has_the_smallest_class_that_serves_it() {
        for size in 1..=PAGE {
            for align in (0..=13).map(|log| 1 << log) {
                let serves =
                    |class: &Class| class.bytes() >= size && class.bytes().is_multiple_of(align);
                // Sizes are rounded to the alignment: a page-sized one may not be small.
                assert_eq!(of(size, align), all().find(serves), "{size} at {align}");
            }
        }
    }

    #[test]
    fn every_offset_has_the_slot_that_division_finds() {
        for class in all() {
            assert_eq!(class.slots(), SLAB / class.bytes());
            assert!(class.slots() <= MOST_SLOTS);
            for offset in 0..2 * SLAB {
                let slot = offset / class.bytes();
                let begins = offset.is_multiple_of(class.bytes()) && slot < class.slots();
                assert_eq!(class.slot_at(offset), begins.then_some(slot), "{offset}");
            }
        }
    }

    #[test]
    fn overlong_layouts_have_no_class() {
        let most = isize::MAX.unsigned_abs();
        assert_eq!(of(most, 1), None);
        assert_eq!(of(1, 1 << (usize::BITS - 2)), None);
    }
}
