//! `Reserved`: a vector with a greatest length that was known before its phase opened.
#![forbid(unsafe_code)]

mod fill;
mod reservation;
mod traits;

use super::{Home, Label, PVec, Public, Secret};
use crate::error::AllocError;
use crate::phase::{Bound, Phase, ReservationReport};
pub use reservation::Reservation;

/// A vector with room for as many elements as were counted in advance: it never grows, so it never moves,
/// and leaves no copies behind.
///
/// [`#[zk_phase(reserve(events <= n))]`](macro@crate::zk_phase) makes one for each name, as does
/// `#[arena(reserve = n)]` on a field of this type. One element too many is refused in every build.
/// Room that is not used costs address space and a place in the budget: its pages are not touched.
///
/// A name without a count makes a vector that grows, for the first run: the report says how long it
/// became, as a clause to paste.
///
/// ```
/// use zkarena::zk_phase;
///
/// #[zk_phase(budget = "1MiB", reserve(odd: u64 <= values.len(), squares = values.len()))]
/// fn sum(values: &[u64]) -> u64 {
///     odd.extend(values.iter().filter(|value| *value % 2 == 1));
///     squares.extend(odd.iter().map(|value| value * value));
///     assert_eq!((odd.len(), odd.bound()), (2, Some(values.len())));
///     squares.iter().sum()
/// }
/// assert_eq!(sum(&[1, 2, 3]), 10);
/// ```
///
/// # In other places
/// A copy, or the value in another phase, has the same bound and room for it. To leave those behind, and to
/// grow on, take the [vector](Self::into_vec).
///
/// # Secrets
/// Counts are in no way secret: they are in errors. Take bounds that are public. `Reserved<'ph, T, Secret>`
/// lies in the witness arena, and its elements are seen by [`expose`](Self::expose).
pub struct Reserved<'ph, T, L: Label = Public> {
    vec: PVec<'ph, T, L>,
    /// How long it may get before somebody has a look: the bound, or the capacity of one that grows.
    limit: usize,
    /// `None`: it has no bound.
    bound: Option<usize>,
    books: Option<Books<'ph>>,
}

/// What the report wants to know of a vector with a name.
#[derive(Debug)]
struct Books<'ph> {
    phase: Phase<'ph>,
    name: &'static str,
    bound: Bound,
    /// The greatest length before the last time that elements were taken out.
    most: usize,
    growths: u64,
    abandoned_bytes: u64,
}

impl<'ph, T, L: Label> Reserved<'ph, T, L> {
    /// What a vector with room for `bound` elements makes.
    const fn bounded(vec: PVec<'ph, T, L>, bound: usize) -> Self {
        Self {
            vec,
            limit: bound,
            bound: Some(bound),
            books: None,
        }
    }

    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.vec.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.vec.is_empty()
    }

    /// How many elements there can be; `None` if it grows.
    pub const fn bound(&self) -> Option<usize> {
        self.bound
    }

    /// How many elements fit before it grows, or is full.
    pub fn room(&self) -> usize {
        self.limit - self.len()
    }

    /// Where its memory comes from.
    pub fn home(&self) -> Home<'ph> {
        self.vec.home()
    }

    /// The vector as it is: it may grow from now on, as any other.
    ///
    /// ```
    /// use zkarena::{PVec, Reservation};
    ///
    /// zkarena::with_phase(|phase| {
    ///     let mut rows = Reservation::exact("rows", 2).open(*phase);
    ///     rows.extend([1, 2]);
    ///     let mut rows: PVec<'_, i32> = rows.into_vec();
    ///     rows.push(3);
    ///     assert_eq!(rows, [1, 2, 3]);
    /// });
    /// ```
    #[must_use]
    pub fn into_vec(mut self) -> PVec<'ph, T, L> {
        self.close();
        self.vec.take()
    }

    /// What a vector with room for as many elements makes, with the same bound.
    fn like<'to>(&self, vec: PVec<'to, T, L>) -> Reserved<'to, T, L> {
        let mut like = Reserved::bounded(vec, self.limit);
        like.bound = self.bound;
        like
    }

    /// Bytes of all elements that fit.
    fn room_bytes(&self) -> usize {
        self.limit.saturating_mul(size_of::<T>())
    }

    /// Files what became of it, once.
    fn close(&mut self) {
        let len = self.len();
        let Some(books) = self.books.take() else {
            return;
        };
        let most = books.most.max(len) as u64;
        books.phase.file_reservation(&ReservationReport {
            name: books.name,
            bound: books.bound,
            element_bytes: size_of::<T>() as u64,
            runs: 1,
            reserved: self.bound.unwrap_or_default() as u64,
            used: most,
            most,
            growths: books.growths,
            abandoned_bytes: books.abandoned_bytes,
        });
    }

    /// Remembers the length before elements are taken out.
    fn note_len(&mut self) {
        let len = self.len();
        if let Some(books) = &mut self.books {
            books.most = books.most.max(len);
        }
    }
}

impl<T> Reserved<'_, T> {
    /// Takes the last element off.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.note_len();
        self.vec.pop()
    }
}

impl<T> Reserved<'_, T, Secret> {
    /// The elements, to read.
    #[inline]
    pub fn expose(&self) -> &[T] {
        self.vec.expose()
    }

    /// The elements, to change.
    #[inline]
    pub fn expose_mut(&mut self) -> &mut [T] {
        self.vec.expose_mut()
    }
}

impl<T, L: Label> Drop for Reserved<'_, T, L> {
    fn drop(&mut self) {
        self.close();
    }
}

/// Ends in a panic if `result` is an error.
#[track_caller]
fn expect<R>(result: Result<R, AllocError>) -> R {
    result.unwrap_or_else(|refused| refuse(refused))
}

#[cold]
#[inline(never)]
#[track_caller]
fn refuse(refused: AllocError) -> ! {
    panic!("{refused}")
}
