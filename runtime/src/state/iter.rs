//! The entries in the order of their keys.
#![forbid(unsafe_code)]

use super::KeyedState;
use super::states::States;
use crate::owners::PVec;
use std::fmt;

/// What [`States::iter_sorted`] returns.
pub struct Sorted<'a, 'ph, S: KeyedState> {
    states: &'a States<'ph, S>,
    numbers: PVec<'ph, u32>,
    next: usize,
}

impl<'ph, S: KeyedState<Key: Ord>> States<'ph, S> {
    /// The fields of all keys, by key: the order that a digest can be of, whoever came first.
    ///
    /// Each call sorts the numbers of all entries once, four bytes each.
    ///
    /// # Panics
    /// If memory is refused for the numbers.
    #[track_caller]
    pub fn iter_sorted(&self) -> Sorted<'_, 'ph, S> {
        let mut numbers = PVec::new_in(self.home());
        numbers.extend((0..).take(self.len()));
        numbers.sort_unstable_by_key(|&number| *S::key(self.packed(number)));
        Sorted {
            states: self,
            numbers,
            next: 0,
        }
    }
}

impl<'a, S: KeyedState> Iterator for Sorted<'a, '_, S> {
    type Item = (&'a S::Key, S);

    fn next(&mut self) -> Option<Self::Item> {
        let packed = self.states.packed(*self.numbers.get(self.next)?);
        self.next += 1;
        Some((S::key(packed), S::unpacked(packed)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.numbers.len() - self.next;
        (left, Some(left))
    }
}

impl<S: KeyedState> ExactSizeIterator for Sorted<'_, '_, S> {}

/// Without the content: a state may be a secret.
impl<S: KeyedState> fmt::Debug for Sorted<'_, '_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.len();
        f.debug_struct("Sorted")
            .field("left", &left)
            .finish_non_exhaustive()
    }
}
