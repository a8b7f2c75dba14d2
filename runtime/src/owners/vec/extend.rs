//! Filling a `PVec` from an iterator.
#![forbid(unsafe_code)]

use super::PVec;

/// # Panics
/// If memory is refused.
impl<T> Extend<T> for PVec<'_, T> {
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
impl<'a, T: Copy + 'a> Extend<&'a T> for PVec<'_, T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, values: I) {
        self.extend(values.into_iter().copied());
    }
}
