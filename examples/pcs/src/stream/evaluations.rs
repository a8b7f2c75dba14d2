//! The rows that constraints are evaluated on, read from the file as they are asked for.

use std::sync::Arc;

use p3_field::{PackedValue, TwoAdicField};
use p3_matrix::Matrix;
use p3_util::log2_strict_usize;
use zkarena::Plain;

use crate::stream::lde::StreamLde;
use crate::stream::shape::{GROUP, Shape};
use crate::stream::window::{Window, Windows};

/// Values on a coset `gL`, in natural order.
pub struct StreamEvaluations<F> {
    shape: Shape,
    log_height: usize,
    windows: Windows<F>,
}

impl<F: TwoAdicField + Plain> StreamEvaluations<F> {
    /// On the coset of `height` points.
    pub(crate) fn new(lde: &Arc<StreamLde<F>>, height: usize) -> Self {
        let (shape, log_height) = (lde.shape, log2_strict_usize(height));
        assert!(
            log_height <= shape.log_height,
            "committed on fewer points than constraints are evaluated on"
        );
        // A thread has a window for its rows, and one for the rows that follow.
        let most = 2 * rayon::current_num_threads() + 1;
        let rows = Arc::clone(lde);
        let windows = Windows::new(shape.windows(), most, move |window, values| {
            rows.window(window, values);
        });
        lde.medium.keep(windows.release());
        Self {
            shape,
            log_height,
            windows,
        }
    }

    /// The window of row `number`, or of that which wraps around to it, and the row in the window.
    fn at(&self, number: usize) -> (Window<F>, usize) {
        let number = number % (1 << self.log_height);
        let (window, row) = self.shape.place(number << self.step());
        (self.windows.get(window), row)
    }

    /// Base-2 logarithm of the rows from one to the next.
    const fn step(&self) -> usize {
        self.shape.log_height - self.log_height
    }

    /// A group of rows that is in the extension as it is here.
    fn group(&self, row: usize) -> Group<F> {
        let (window, row) = self.at(row);
        let (start, _) = self.shape.group(row);
        Group { window, start }
    }

    /// Rows as they come, in packs.
    fn collect<P: PackedValue<Value = F>>(&self, row: usize) -> Vec<P> {
        let rows: Vec<_> = (row..row + P::WIDTH).map(|row| self.at(row)).collect();
        let element = |column: usize, lane: usize| {
            let (window, row) = &rows[lane];
            let (group, lane) = self.shape.group(*row);
            window[group + self.shape.column(column) + lane]
        };
        let columns = 0..self.shape.width;
        columns
            .map(|column| P::from_fn(|lane| element(column, lane)))
            .collect()
    }
}

impl<F> std::fmt::Debug for StreamEvaluations<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamEvaluations")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl<F: TwoAdicField + Plain> Matrix<F> for StreamEvaluations<F> {
    fn width(&self) -> usize {
        self.shape.width
    }

    fn height(&self) -> usize {
        1 << self.log_height
    }

    #[allow(unsafe_code)] // The trait's signature: a caller may not go out of bounds. This checks.
    unsafe fn row_subseq_unchecked(
        &self,
        row: usize,
        start: usize,
        end: usize,
    ) -> impl IntoIterator<Item = F, IntoIter = impl Iterator<Item = F> + Send + Sync> {
        let (window, row) = self.at(row);
        let (group, lane) = self.shape.group(row);
        let shape = self.shape;
        (start..end).map(move |column| window[group + shape.column(column) + lane])
    }

    #[inline]
    fn vertically_packed_row<P: PackedValue<Value = F>>(
        &self,
        row: usize,
    ) -> impl Iterator<Item = P> {
        let whole_groups = self.step() == 0 && self.log_height >= GROUP.ilog2() as usize;
        if whole_groups && P::WIDTH <= GROUP {
            let first = self.group(row);
            let last = self.group(row + P::WIDTH - 1);
            let shape = self.shape;
            Packed::Groups {
                columns: 0..shape.width,
                shape,
                first,
                last,
                lane: row % GROUP,
            }
        } else {
            Packed::Collected(self.collect(row).into_iter())
        }
    }
}

/// A group of rows in a window.
struct Group<F> {
    window: Window<F>,
    start: usize,
}

impl<F> Group<F> {
    /// The elements of a column that begins at `column` in a window.
    fn column(&self, column: usize) -> &[F] {
        &self.window[self.start + column..][..GROUP]
    }
}

/// Columns of rows in packs.
enum Packed<F, P> {
    /// From row `lane` of a group to a row of the same or of the next.
    Groups {
        columns: std::ops::Range<usize>,
        shape: Shape,
        first: Group<F>,
        last: Group<F>,
        lane: usize,
    },
    Collected(std::vec::IntoIter<P>),
}

impl<F: TwoAdicField, P: PackedValue<Value = F>> Iterator for Packed<F, P> {
    type Item = P;

    #[inline]
    fn next(&mut self) -> Option<P> {
        match self {
            Self::Groups {
                columns,
                shape,
                first,
                last,
                lane,
            } => {
                let column = shape.column(columns.next()?);
                let first = first.column(column);
                if *lane == 0 {
                    return Some(P::from_fn(|lane| first[lane]));
                }
                let mut both = [F::ZERO; 2 * GROUP];
                both[..GROUP].copy_from_slice(first);
                both[GROUP..].copy_from_slice(last.column(column));
                let rows = &both[*lane..][..P::WIDTH];
                Some(P::from_fn(|lane| rows[lane]))
            }
            Self::Collected(packs) => packs.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Groups { columns, .. } => columns.size_hint(),
            Self::Collected(packs) => packs.size_hint(),
        }
    }
}
