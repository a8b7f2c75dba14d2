//! The store itself.
#![forbid(unsafe_code)]

use super::body::Owned;
use super::budget::Budget;
use super::buffers::{Buffer, Buffers};
use super::cipher::Key;
use super::error::StoreError;
use super::figures::{Figures, StoreStats};
use super::file::{PAGE_BYTES, lock};
use super::placement::Placement;
use super::plan::StorePlan;
use super::process;
use super::reads::Reads;
use super::space::Space;
use super::stored::Stored;
use super::threads::{Job, Threads};
use super::tiles::Tiles;
use crate::layout::PAGE;
use crate::plain::Plain;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A place for data that does not fit in memory: a file, and memory as far as its budget
/// ([`StorePlan::ram`]) goes. Clones are the same store.
///
/// The file has no name: it is gone with the last clone, and with the process, however that ends. Data
/// that is dropped leaves its pages to what comes next; [`trim`](Self::trim) gives them back to the disk.
///
/// ```
/// use zkarena::Store;
///
/// let store = Store::of_process()?;
/// let mut writing = store.write::<u64>(1 << 20)?; // 8 MiB of the disk are ours from here on
/// for row in 0..1u64 << 10 {
///     writing.append(&vec![row; 1 << 10])?;
/// }
/// let stored = writing.freeze()?;
/// let mut row = vec![0; 1 << 10];
/// stored.read_into(5 << 10..6 << 10, &mut row)?;
/// assert!(row.iter().all(|&element| element == 5));
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// # What it does not do
/// It does not keep data beyond the process, and does not hide from the same user what is not encrypted:
/// who may look into the process can open its file too. After a `fork` it belongs to the parent.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) inner: Arc<Inner>,
    pub(super) placement: Placement,
}

#[derive(Debug)]
pub(super) struct Inner {
    /// Dropped first: its threads end before what they use.
    threads: Threads,
    buffers: Arc<Buffers>,
    pub(super) key: Option<Mutex<Arc<Key>>>,
    pub(super) space: Arc<Space>,
    pub(super) ram: Arc<Budget>,
}

/// The store of the process, once it is open.
static OF_PROCESS: Mutex<Option<Store>> = Mutex::new(None);

impl Store {
    /// The store of the process: opened at first use with [`StorePlan::new`], and kept open.
    ///
    /// # Errors
    /// As for [`StorePlan::open`]; the next call tries again.
    pub fn of_process() -> Result<Self, StoreError> {
        let mut store = lock(&OF_PROCESS);
        match &*store {
            Some(store) => Ok(store.clone()),
            None => Ok(store.insert(StorePlan::new().open()?).clone()),
        }
    }

    pub(super) fn open(plan: &StorePlan) -> Result<Self, StoreError> {
        let ram = plan.ram_budget()?;
        let (bytes_each, count) = plan.buffer_sizes();
        let key = plan.encrypt.then(Key::new).transpose()?;
        let inner = Inner {
            threads: Threads::new(),
            buffers: Arc::new(Buffers::new(bytes_each, count, plan.encrypt)?),
            key: key.map(Mutex::new),
            space: Arc::new(Space::new(plan.file(ram > 0)?, plan.budget())),
            ram: Arc::new(Budget::new(ram, &process::RAM)),
        };
        process::opened();
        Ok(Self {
            inner: Arc::new(inner),
            placement: Placement::default(),
        })
    }

    /// The same store, that puts elsewhere what is begun with this handle to it.
    ///
    /// ```
    /// use zkarena::{Bytes, Placement, StorePlan};
    ///
    /// let store = StorePlan::new().ram(Bytes::parse("1MiB")?).open()?;
    /// let seldom_read = store.placing(Placement::File).write::<u64>(1000)?.freeze()?;
    /// let often_read = store.write::<u64>(1000)?.freeze()?; // the budget is all for this
    /// assert!(seldom_read.as_slice().is_none() && often_read.as_slice().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn placing(&self, placement: Placement) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            placement,
        }
    }

    /// Tiles of any data of this store, in the order that is given; the next ones are read while one is
    /// worked on, also when they are of other data.
    ///
    /// ```
    /// # let store = zkarena::StorePlan::new().open()?;
    /// # let column = |fill: u32| { let mut w = store.write(1000)?; w.append(&[fill; 1000])?; w.freeze() };
    /// let columns = [column(1)?, column(2)?];
    /// let mut tiles = store.tiles(columns.iter().map(|column| (column, 100..200)));
    /// while let Some(tile) = tiles.next()? {
    ///     assert!(tile.iter().all(|element| *element == tile[0]));
    /// }
    /// # Ok::<(), zkarena::StoreError>(())
    /// ```
    ///
    /// # Panics
    /// If data is another store's, or has no such elements: when its turn comes.
    pub fn tiles<'s, T: Plain>(
        &'s self,
        tiles: impl IntoIterator<Item = (&'s Stored<T>, Range<usize>), IntoIter: Send + 's>,
    ) -> Tiles<'s, T> {
        let pieces = tiles.into_iter().map(move |(stored, elements)| {
            let ours = Arc::ptr_eq(&stored.store().inner, &self.inner);
            assert!(ours, "data of this store");
            stored.piece(elements)
        });
        Tiles::new(Reads::new(self, Box::new(pieces), true))
    }

    /// Encrypts what is begun from now on with another key; the old one is erased with the last data that
    /// has it. Without encryption it does nothing.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] if there are no random numbers, [`StoreError::Memory`] if there is no memory
    /// for secrets: then the old key stays.
    pub fn renew_key(&self) -> Result<(), StoreError> {
        if let Some(key) = &self.inner.key {
            *lock(key) = Key::new()?;
        }
        Ok(())
    }

    /// Gives the disk back what no data has; says how many bytes.
    pub fn trim(&self) -> u64 {
        self.inner.space.trim()
    }

    /// The directory of the file, or that in which there will be one.
    pub fn directory(&self) -> &Path {
        self.inner.space.directory()
    }

    /// What the store did so far.
    pub fn stats(&self) -> StoreStats {
        let (space, figures) = (&self.inner.space, self.figures());
        StoreStats {
            written_bytes: figures.written.get(),
            read_bytes: figures.read.get(),
            cancelled_bytes: figures.cancelled.get(),
            stall: figures.stall(),
            disk_bytes: space.budget().in_use(),
            disk_peak_bytes: space.budget().peak(),
            ram_bytes: self.inner.ram.in_use(),
            ram_peak_bytes: self.inner.ram.peak(),
            direct: space.is_direct(),
        }
    }

    /// What its bytes on the disk are counted in.
    pub(super) fn budget(&self) -> &Budget {
        self.inner.space.budget()
    }

    /// What its bytes in memory are counted in.
    pub(super) fn ram(&self) -> &Budget {
        &self.inner.ram
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.inner.space.figures
    }

    /// Bytes of a buffer: what a tile can have that is read by [`tiles`](Self::tiles), if it begins on a page.
    pub fn buffer_bytes(&self) -> usize {
        self.inner.buffers.bytes_each()
    }

    /// A buffer, when there is one: see [`Buffers::take`].
    pub(super) fn buffer(&self, park: bool) -> Result<Buffer, StoreError> {
        self.inner.space.check_process()?;
        let buffers = &self.inner.buffers;
        match buffers.spare(park) {
            Some(buffer) => Ok(buffer),
            None => self.figures().stalled(|| buffers.take(park)),
        }
    }

    /// A buffer for what can wait.
    pub(super) fn spare_buffer(&self, park: bool) -> Option<Buffer> {
        self.inner.buffers.spare(park)
    }

    /// Has the first `len` bytes of a buffer written to the place `at`.
    pub(super) fn send(
        &self,
        body: &Owned,
        buffer: Buffer,
        len: usize,
        at: u64,
    ) -> Result<(), StoreError> {
        body.begin()?;
        self.submit(Job {
            body: Arc::clone(body),
            buffer,
            len,
            at,
            reader: None,
        });
        Ok(())
    }

    pub(super) fn submit(&self, job: Job) {
        debug_assert!(job.at.is_multiple_of(PAGE_BYTES) && job.len.is_multiple_of(PAGE));
        self.inner.threads.submit(job);
    }
}
