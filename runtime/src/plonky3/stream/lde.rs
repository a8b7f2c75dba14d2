//! Extensions on their way to the file, and in it.
#![forbid(unsafe_code)]

use super::leaves::Leaves;
use super::medium::Medium;
use super::shape::{GROUP, Shape};
use crate::kernels::RowSponge;
use crate::plain::Plain;
use crate::store::{StoreError, Stored, WritingTiles};
use p3_field::TwoAdicField;
use p3_matrix::dense::RowMajorMatrixView;
use p3_util::{reverse_bits_len, reverse_slice_index_bits};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::ops::Range;
use std::sync::Arc;

/// A low-degree extension that is being written, band by band.
#[derive(Debug)]
pub(crate) struct LdeWriting<F> {
    pub(crate) shape: Shape,
    slabs: Slabs<WritingTiles<F>>,
    medium: Arc<Medium>,
}

/// Bytes of a slab, about.
const SLAB: usize = 16 << 20;

/// Windows that are stored together: those of some slabs may lie in memory, and the others in the file.
#[derive(Debug)]
struct Slabs<T> {
    slabs: Vec<T>,
    /// Base-2 logarithm of the windows of a slab.
    log_windows: usize,
}

impl<T> Slabs<T> {
    /// The slab of a window, and which of its windows it is.
    fn of(&self, window: usize) -> (&T, usize) {
        let slab = window >> self.log_windows;
        (&self.slabs[slab], window - (slab << self.log_windows))
    }
}

/// Columns of an extension in memory, rows in bit-reversed order.
#[derive(Clone, Debug)]
pub(crate) struct Extended<'a, F> {
    pub(crate) values: &'a [F],
    pub(crate) width: usize,
    pub(crate) columns: Range<usize>,
}

impl<F: TwoAdicField + Plain> LdeWriting<F> {
    /// Takes room in the file.
    pub(crate) fn new(medium: &Arc<Medium>, shape: Shape) -> Result<Self, StoreError> {
        let window = shape.window_len() * size_of::<F>();
        let windows = (SLAB / window).clamp(1, shape.windows());
        let log_windows = windows.ilog2() as usize;
        let count = shape.windows() >> log_windows;
        let len = shape.window_len() << log_windows;
        let slabs = (0..count).map(|_| medium.store.write_tiles(len, shape.tile_len()));
        let slabs = slabs.collect::<Result<_, StoreError>>()?;
        Ok(Self {
            shape,
            slabs: Slabs { slabs, log_windows },
            medium: Arc::clone(medium),
        })
    }

    /// Writes a band, and has `leaves` take it in.
    pub(crate) fn write<S: RowSponge<F>>(
        &self,
        band: usize,
        extended: &Extended<'_, F>,
        leaves: &mut Leaves<F, S>,
    ) -> Result<(), StoreError> {
        let columns = extended.columns.len();
        // In bit-reversed order: the rows of one window lie far apart, those of the next beside them.
        let mut windows: Vec<_> = leaves.windows(self.shape).enumerate().collect();
        reverse_slice_index_bits(&mut windows);
        windows.into_par_iter().try_for_each_init(
            || F::zero_vec(self.shape.tile_len()),
            |tile, (window, leaves)| {
                self.gather(window, extended, tile);
                leaves.absorb(tile, columns);
                let (tiles, window) = self.slabs.of(window);
                tiles.write(window * self.shape.bands() + band, tile)
            },
        )?;
        leaves.advance(columns);
        Ok(())
    }

    /// The rows of a window in natural order, in groups.
    fn gather(&self, window: usize, extended: &Extended<'_, F>, tile: &mut [F]) {
        let Shape { log_height, .. } = self.shape;
        let rows = self.shape.rows().min(self.shape.height());
        let first = window * self.shape.rows();
        for (row, number) in (first..first + rows).enumerate() {
            let from = reverse_bits_len(number, log_height) * extended.width;
            let elements = &extended.values[from..][extended.columns.clone()];
            let (group, lane) = self.shape.group(row);
            let places = tile[group + lane..].iter_mut().step_by(GROUP);
            for (place, &element) in places.zip(elements) {
                *place = element;
            }
        }
    }

    /// Ends the writing.
    pub(crate) fn freeze(self) -> Result<StreamLde<F>, StoreError> {
        let Slabs { slabs, log_windows } = self.slabs;
        let slabs = slabs.into_iter().map(WritingTiles::freeze);
        let slabs = slabs.collect::<Result<_, StoreError>>()?;
        Ok(StreamLde {
            shape: self.shape,
            slabs: Slabs { slabs, log_windows },
            medium: self.medium,
        })
    }
}

/// A low-degree extension in the file, rows in natural order.
#[derive(Debug)]
pub(crate) struct StreamLde<F> {
    pub(crate) shape: Shape,
    slabs: Slabs<Stored<F>>,
    pub(crate) medium: Arc<Medium>,
}

impl<F: TwoAdicField + Plain> StreamLde<F> {
    /// The rows of a window; zeros if they cannot be read.
    pub(crate) fn window(&self, window: usize, values: &mut Vec<F>) {
        let len = self.shape.window_len();
        values.resize(len, F::ZERO);
        let (stored, window) = self.slabs.of(window);
        let read = stored.read_into(window * len..(window + 1) * len, values);
        if read.is_err() {
            values.fill(F::ZERO);
        }
        self.medium.note(read);
    }

    /// Hands every row whose number is a multiple of `step` to `take`, from top to bottom, some at a time
    /// with the place of the first among them.
    pub(crate) fn rows_by(
        &self,
        step: usize,
        take: &mut dyn FnMut(usize, RowMajorMatrixView<'_, F>),
    ) {
        let mut numbers = (0..self.shape.height())
            .step_by(step)
            .enumerate()
            .peekable();
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        for window in 0..self.shape.windows() {
            self.window(window, &mut values);
            rows.clear();
            let first = numbers.peek().map(|&(place, _)| place);
            let here = |&(_, number): &(usize, usize)| self.shape.place(number).0 == window;
            while let Some((_, number)) = numbers.next_if(here) {
                let (group, lane) = self.shape.group(self.shape.place(number).1);
                let columns = 0..self.shape.width;
                rows.extend(columns.map(|at| values[group + self.shape.column(at) + lane]));
            }
            if let Some(first) = first
                && !rows.is_empty()
            {
                take(first, RowMajorMatrixView::new(&rows, self.shape.width));
            }
        }
    }

    /// Rows at some leaves of its tree, which are in bit-reversed order; zeros if they cannot be read.
    pub(crate) fn rows_at(&self, leaves: &[usize]) -> Vec<Vec<F>> {
        let mut rows = Vec::with_capacity(leaves.len());
        self.medium.note(self.read_rows(leaves, &mut rows));
        rows.resize_with(leaves.len(), || F::zero_vec(self.shape.width));
        rows
    }

    fn read_rows(&self, leaves: &[usize], rows: &mut Vec<Vec<F>>) -> Result<(), StoreError> {
        let numbers = leaves
            .iter()
            .map(|&leaf| reverse_bits_len(leaf, self.shape.log_height));
        let numbers: Vec<usize> = numbers.collect();
        let groups = numbers.iter().flat_map(|&number| {
            let bands = 0..self.shape.bands();
            bands.map(move |band| self.group(number, band))
        });
        let mut groups = self.medium.store.tiles(groups.collect::<Vec<_>>());
        for number in numbers {
            let mut row = Vec::with_capacity(self.shape.width);
            while row.len() < self.shape.width
                && let Some(group) = groups.next()?
            {
                row.extend(group[number % GROUP..].iter().step_by(GROUP));
            }
            rows.push(row);
        }
        Ok(())
    }

    /// Where the columns of a band of a row and its neighbours are.
    fn group(&self, number: usize, band: usize) -> (&Stored<F>, Range<usize>) {
        let shape = &self.shape;
        let (window, row) = shape.place(number);
        let (stored, window) = self.slabs.of(window);
        let tile = window * shape.window_len() + band * shape.tile_len();
        let start = tile + shape.group(row).0;
        (stored, start..start + shape.columns(band).len() * GROUP)
    }
}
