//! Filling a `PVec` from an iterator.
#![forbid(unsafe_code)]

use super::PVec;
use crate::owners::Label;

/// # Panics
/// If memory is refused.
impl<T, L: Label> Extend<T> for PVec<'_, T, L> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        let mut values = values.into_iter();
        self.reserve(values.size_hint().0);
        loop {
            // What fits goes in without a look at the room for each.
            self.fill(&mut values);
            match values.next() {
                Some(value) => self.push(value),
                None => return,
            }
        }
    }
}

/// # Panics
/// If memory is refused.
impl<'a, T: Copy + 'a, L: Label> Extend<&'a T> for PVec<'_, T, L> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, values: I) {
        self.extend(values.into_iter().copied());
    }
}
