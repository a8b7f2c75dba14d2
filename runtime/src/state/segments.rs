//! An array that only grows at its end, in blocks that stay where they are.
#![forbid(unsafe_code)]

use crate::error::AllocError;
use crate::owners::{Home, PVec};

/// Bytes from which a block has pages of its own in an arena.
const BLOCK: usize = 64 << 10;

/// Blocks of 16, 16, 32, 64, .. elements until they have pages of their own, then one like the other: no
/// element is ever moved, and no block is left behind.
///
/// # Invariants
/// 1. Element `index` lies in `first` if there is room, and otherwise where `place` says.
/// 2. A block behind the one with the last element is empty.
#[derive(Debug)]
pub struct Segments<'ph, T> {
    /// Those that were asked for in advance, in one block.
    first: PVec<'ph, T>,
    further: PVec<'ph, PVec<'ph, T>>,
    len: usize,
}

impl<'ph, T> Segments<'ph, T> {
    /// The elements of a full block, as a power of two.
    const LOG_FULL: u32 = match size_of::<T>() {
        0 => usize::BITS - 1,
        size => BLOCK.div_ceil(size).next_power_of_two().ilog2(),
    };
    /// Those of the first block.
    const LOG_LEAST: u32 = if Self::LOG_FULL < 4 {
        Self::LOG_FULL
    } else {
        4
    };

    pub(super) fn new_in(home: Home<'ph>) -> Self {
        Self {
            first: PVec::new_in(home),
            further: PVec::new_in(home),
            len: 0,
        }
    }

    /// With room for `capacity` elements in one block.
    pub(super) fn with_capacity_in(capacity: usize, home: Home<'ph>) -> Result<Self, AllocError> {
        Ok(Self {
            first: PVec::try_with_capacity_in(capacity, home)?,
            ..Self::new_in(home)
        })
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Bytes of its blocks, used or not.
    pub(super) fn bytes(&self) -> usize {
        let room = self.further.iter().map(PVec::capacity).sum::<usize>() + self.first.capacity();
        room * size_of::<T>() + self.further.capacity() * size_of::<PVec<'_, T>>()
    }

    /// The block of an element behind the first ones, and its place in there.
    #[inline]
    const fn place(index: usize) -> (usize, usize) {
        let (least, full) = (Self::LOG_LEAST, Self::LOG_FULL);
        if index >> full > 0 {
            let before = (full - least) as usize;
            return ((index >> full) + before, index & ((1 << full) - 1));
        }
        if index >> least == 0 {
            return (0, index);
        }
        let log = index.ilog2();
        ((log - least) as usize + 1, index - (1 << log))
    }

    /// Elements of a block.
    const fn room(block: usize) -> usize {
        let doublings = (Self::LOG_FULL - Self::LOG_LEAST) as usize;
        let log = match block {
            0 => Self::LOG_LEAST as usize,
            _ if block > doublings => Self::LOG_FULL as usize,
            _ => Self::LOG_LEAST as usize + block - 1,
        };
        1 << log
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&T> {
        if index < self.first.capacity() {
            return self.first.get(index);
        }
        let (block, place) = Self::place(index - self.first.capacity());
        self.further.get(block)?.get(place)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        if index < self.first.capacity() {
            return self.first.get_mut(index);
        }
        let (block, place) = Self::place(index - self.first.capacity());
        self.further.get_mut(block)?.get_mut(place)
    }

    /// The block that the next element goes to; made if it is not there.
    #[inline]
    fn last(&mut self) -> Result<&mut PVec<'ph, T>, AllocError> {
        if self.len < self.first.capacity() {
            return Ok(&mut self.first);
        }
        let (block, _) = Self::place(self.len - self.first.capacity());
        if block == self.further.len() {
            self.add_block(block)?;
        }
        Ok(&mut self.further[block])
    }

    #[cold]
    #[inline(never)]
    fn add_block(&mut self, block: usize) -> Result<(), AllocError> {
        let added = PVec::try_with_capacity_in(Self::room(block), self.first.home())?;
        self.further.try_push(added)
    }

    #[inline]
    pub(super) fn try_push(&mut self, element: T) -> Result<(), AllocError> {
        self.last()?.try_push(element)?;
        self.len += 1;
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        self.len = last;
        if last < self.first.capacity() {
            return self.first.pop();
        }
        let (block, _) = Self::place(last - self.first.capacity());
        self.further[block].pop()
    }

    /// Drops the elements from `len` on, the last first; the blocks stay.
    ///
    /// One by one: if a destructor panics, those in front of it are as they were.
    pub(super) fn truncate(&mut self, len: usize) {
        while self.len > len {
            self.pop();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.first
            .iter()
            .chain(self.further.iter().flat_map(|block| block.iter()))
    }

    /// The elements from `start` on.
    pub(super) fn since(
        &self,
        start: usize,
    ) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        (start.min(self.len)..self.len).map(|index| self.get(index).expect("below the length"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, Segments};

    #[test]
    fn every_index_has_a_place_of_its_own_and_blocks_fit() {
        let mut next = (0, 0);
        for index in 0..5000 {
            assert_eq!(Segments::<[u8; 128]>::place(index), next, "{index}");
            next.1 += 1;
            if next.1 == Segments::<[u8; 128]>::room(next.0) {
                next = (next.0 + 1, 0);
            }
        }
    }

    #[test]
    fn large_elements_have_a_block_each() {
        assert_eq!(Segments::<[u8; 1 << 17]>::place(3), (3, 0));
        assert_eq!(Segments::<[u8; 1 << 17]>::room(0), 1);
    }

    #[test]
    fn elements_are_pushed_popped_and_truncated_as_in_a_vec() {
        for first in [0, 5, 100] {
            let mut ours = Segments::with_capacity_in(first, Home::Heap).expect("memory");
            let mut theirs = Vec::new();
            for round in 0..40_usize {
                let more = (round * 37) % 3000;
                for value in 0..more {
                    ours.try_push(value).expect("memory");
                    theirs.push(value);
                }
                theirs.truncate(more / 2 * round % 1999);
                ours.truncate(theirs.len());
                assert_eq!(ours.pop(), theirs.pop());
                assert_eq!(ours.len(), theirs.len());
                assert!(ours.iter().eq(&theirs));
                assert!(ours.since(7).eq(theirs.iter().skip(7)));
                assert_eq!(ours.get(theirs.len()), None);
            }
        }
    }
}
