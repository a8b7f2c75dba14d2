//! Undo logs: what fields were before they changed, one log per rollback domain.
#![forbid(unsafe_code)]

use super::segments::Segments;
use crate::owners::Home;

/// The old content of one field of one entry.
pub trait Undo<P>: Copy {
    /// The entry's number.
    fn entry(&self) -> u32;

    /// Makes the field what it was.
    fn put_back(&self, packed: &mut P);
}

/// The undo log of one domain.
#[derive(Debug)]
pub struct Log<'ph, U> {
    records: Segments<'ph, U>,
    /// Open checkpoints of this domain and of those that it is inside.
    holds: usize,
}

impl<U> Log<'_, U> {
    /// Takes a record if a checkpoint may want it.
    ///
    /// # Panics
    /// If memory is refused; nothing has changed then.
    #[inline]
    #[track_caller]
    pub fn note(&mut self, record: U) {
        if self.holds > 0
            && let Err(refused) = self.records.try_push(record)
        {
            panic!("{refused}");
        }
    }
}

/// The logs of all domains, the innermost domain first: `(Log<A>, (Log<B>, ()))`.
///
/// A checkpoint of domain `level` is about the logs up to that level.
pub trait Logs<'ph, P> {
    /// The lengths of the logs.
    type Marks: Copy;

    /// Logs without records.
    fn new_in(home: Home<'ph>) -> Self;
    /// The lengths now.
    fn marks(&self) -> Self::Marks;
    /// A checkpoint is opened.
    fn hold(&mut self, level: usize);
    /// A checkpoint is closed: without another, records are of no use.
    fn release(&mut self, level: usize);
    /// Puts back what was changed since, and forgets it.
    fn rollback(&mut self, to: Self::Marks, level: usize, entries: &mut Segments<'ph, P>);
    /// Tells the entry of each change since, in any order.
    fn changed(&self, since: Self::Marks, level: usize, tell: &mut impl FnMut(u32));
    /// Makes copies of entries, sorted by their numbers, what they were.
    fn put_back_copies(&self, to: Self::Marks, level: usize, copies: &mut [(u32, P)]);
    /// Records, and bytes of their blocks.
    fn held(&self) -> (usize, usize);
}

impl<'ph, P> Logs<'ph, P> for () {
    type Marks = ();

    fn new_in(_: Home<'ph>) {}
    fn marks(&self) {}
    fn hold(&mut self, _: usize) {}
    fn release(&mut self, _: usize) {}
    fn rollback(&mut self, (): (), _: usize, _: &mut Segments<'ph, P>) {}
    fn changed(&self, (): (), _: usize, _: &mut impl FnMut(u32)) {}
    fn put_back_copies(&self, (): (), _: usize, _: &mut [(u32, P)]) {}
    fn held(&self) -> (usize, usize) {
        (0, 0)
    }
}

impl<'ph, P, U: Undo<P>, R: Logs<'ph, P>> Logs<'ph, P> for (Log<'ph, U>, R) {
    type Marks = (usize, R::Marks);

    fn new_in(home: Home<'ph>) -> Self {
        let (records, holds) = (Segments::new_in(home), 0);
        (Log { records, holds }, R::new_in(home))
    }

    fn marks(&self) -> Self::Marks {
        (self.0.records.len(), self.1.marks())
    }

    fn hold(&mut self, level: usize) {
        self.0.holds += 1;
        if let Some(outer) = level.checked_sub(1) {
            self.1.hold(outer);
        }
    }

    fn release(&mut self, level: usize) {
        self.0.holds -= 1;
        if self.0.holds == 0 {
            self.0.records.truncate(0);
        }
        if let Some(outer) = level.checked_sub(1) {
            self.1.release(outer);
        }
    }

    fn rollback(&mut self, to: Self::Marks, level: usize, entries: &mut Segments<'ph, P>) {
        while self.0.records.len() > to.0 {
            let Some(record) = self.0.records.pop() else {
                break;
            };
            if let Some(packed) = entries.get_mut(record.entry() as usize) {
                record.put_back(packed);
            }
        }
        if let Some(outer) = level.checked_sub(1) {
            self.1.rollback(to.1, outer, entries);
        }
    }

    fn changed(&self, since: Self::Marks, level: usize, tell: &mut impl FnMut(u32)) {
        self.0
            .records
            .since(since.0)
            .map(Undo::entry)
            .for_each(&mut *tell);
        if let Some(outer) = level.checked_sub(1) {
            self.1.changed(since.1, outer, tell);
        }
    }

    fn put_back_copies(&self, to: Self::Marks, level: usize, copies: &mut [(u32, P)]) {
        for record in self.0.records.since(to.0).rev() {
            let found = copies.binary_search_by_key(&record.entry(), |copy| copy.0);
            if let Ok(at) = found {
                record.put_back(&mut copies[at].1);
            }
        }
        if let Some(outer) = level.checked_sub(1) {
            self.1.put_back_copies(to.1, outer, copies);
        }
    }

    fn held(&self) -> (usize, usize) {
        let (records, bytes) = self.1.held();
        let own = &self.0.records;
        (records + own.len(), bytes + own.bytes())
    }
}
