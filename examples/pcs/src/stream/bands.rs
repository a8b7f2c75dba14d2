//! Columns that come band by band, the next band while one is worked on.

use std::ops::Deref;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use zkarena::{PhaseTag, StoreError};

use crate::stream::shape::Shape;

/// A matrix whose columns can be had, some at a time.
pub(crate) trait Columns<F>: Sync {
    fn width(&self) -> usize;

    fn height(&self) -> usize;

    /// What reads all bands of `shape`, from left to right.
    fn bands(&self, shape: Shape) -> impl Bands<F> + '_;
}

/// Bands of columns in order.
pub(crate) trait Bands<F>: Send {
    /// Writes the next band to `into`, row by row.
    fn read(&mut self, into: &mut Vec<F>) -> Result<(), StoreError>;
}

/// A band in a buffer, which is free for another when this is dropped.
pub(crate) struct Band<'a, F> {
    pub(crate) number: usize,
    values: Vec<F>,
    free: &'a Sender<Vec<F>>,
}

impl<F> Deref for Band<'_, F> {
    type Target = [F];

    fn deref(&self) -> &[F] {
        &self.values
    }
}

impl<F> Drop for Band<'_, F> {
    fn drop(&mut self) {
        // Without a reader nobody needs the buffer.
        drop(self.free.send(std::mem::take(&mut self.values)));
    }
}

/// Hands all bands of `columns` to `take`, from left to right; with more than one of `buffers` the next is
/// read meanwhile.
pub(crate) fn each_band<F: TwoAdicField>(
    columns: &impl Columns<F>,
    shape: Shape,
    buffers: usize,
    mut take: impl FnMut(Band<'_, F>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let ((free, empty), (full, ready)) = (channel(), sync_channel(buffers));
    for _ in 0..buffers {
        let room = columns.height() * shape.columns(0).len();
        free.send(Vec::with_capacity(room)).expect("a reader's end");
    }
    thread::scope(|scope| {
        let bands = columns.bands(shape);
        let phase = PhaseTag::current();
        scope.spawn(move || phase.enter(|| read(bands, shape.bands(), &empty, &full)));
        let (free, ready) = (free, ready); // dropped with an early return, which ends the reader
        for number in 0..shape.bands() {
            let values = ready.recv().expect("the reader ends after the last band")?;
            let free = &free;
            take(Band {
                number,
                values,
                free,
            })?;
        }
        Ok(())
    })
}

/// Reads bands as long as somebody wants them.
fn read<F>(
    mut bands: impl Bands<F>,
    count: usize,
    empty: &Receiver<Vec<F>>,
    full: &SyncSender<Result<Vec<F>, StoreError>>,
) {
    for mut buffer in empty.iter().take(count) {
        let done = bands.read(&mut buffer);
        let is_over = done.is_err();
        if full.send(done.map(|()| buffer)).is_err() || is_over {
            return;
        }
    }
}

impl<F: TwoAdicField> Columns<F> for RowMajorMatrix<F> {
    fn width(&self) -> usize {
        self.width
    }

    fn height(&self) -> usize {
        Matrix::height(self)
    }

    fn bands(&self, shape: Shape) -> impl Bands<F> + '_ {
        Selected {
            matrix: self,
            shape,
            next: 0,
        }
    }
}

/// Bands of a matrix in memory.
struct Selected<'a, F> {
    matrix: &'a RowMajorMatrix<F>,
    shape: Shape,
    next: usize,
}

impl<F: TwoAdicField> Bands<F> for Selected<'_, F> {
    fn read(&mut self, into: &mut Vec<F>) -> Result<(), StoreError> {
        let columns = self.shape.columns(self.next);
        let rows = self.matrix.values.chunks_exact(self.matrix.width);
        into.clear();
        for row in rows {
            into.extend_from_slice(&row[columns.clone()]);
        }
        self.next += 1;
        Ok(())
    }
}
