//! Some rows of a matrix in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use p3_matrix::dense::RowMajorMatrixView;

use crate::stream::shape::Shape;

/// All bands of the rows of one tile, as they lie in the file.
#[derive(Debug)]
pub(crate) struct Window<F> {
    pub(crate) shape: Shape,
    pub(crate) values: Vec<F>,
}

impl<F: Copy + Send + Sync> Window<F> {
    /// The columns of `band` of a row: those of the last band may be more than the matrix has.
    pub(crate) fn row(&self, row: usize, band: usize) -> &[F] {
        let start = band * self.shape.tile_len() + row * self.shape.band;
        &self.values[start..][..self.shape.band]
    }

    /// All bands.
    pub(crate) fn bands(&self) -> Vec<RowMajorMatrixView<'_, F>> {
        let tiles = self.values.chunks_exact(self.shape.tile_len());
        tiles
            .map(|tile| RowMajorMatrixView::new(tile, self.shape.band))
            .collect()
    }
}

/// A coset, and the number of a window of it.
type Key = (usize, usize);

/// The windows that were used last.
#[derive(Debug)]
pub(crate) struct Windows<F> {
    most: usize,
    recent: Mutex<VecDeque<(Key, Arc<Window<F>>)>>,
}

impl<F> Windows<F> {
    /// Room for at most that many.
    pub(crate) const fn new(most: usize) -> Self {
        Self {
            most,
            recent: Mutex::new(VecDeque::new()),
        }
    }

    /// A window; `read`, without a lock, where it is none of those that were used last.
    pub(crate) fn get(&self, key: Key, read: impl FnOnce() -> Window<F>) -> Arc<Window<F>> {
        if let Some(window) = self.find(key) {
            return window;
        }
        let window = Arc::new(read());
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.truncate(self.most.saturating_sub(1));
        recent.push_front((key, Arc::clone(&window)));
        window
    }

    /// A window that is here, which is the last one used from now on.
    fn find(&self, key: Key) -> Option<Arc<Window<F>>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let at = recent.iter().position(|(known, _)| *known == key)?;
        let found = recent.remove(at)?;
        let window = Arc::clone(&found.1);
        recent.push_front(found);
        Some(window)
    }
}
