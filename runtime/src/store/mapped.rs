//! Data in mapped pages: written once from start to end, then read as a slice.

use super::error::StoreError;
use super::net::{self, Place};
use super::space::Extent;
use crate::layout::PAGE;
use crate::os;
use crate::plain::Plain;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::ptr::NonNull;
use std::slice;

/// Bytes of a chunk: how much is written behind at a time.
const CHUNK: usize = 8 << 20;

/// A mapped extent.
///
/// # Invariants
/// 1. All pages of `extent` are mapped from `start` on, with a net under them, until this is dropped.
#[derive(Debug)]
struct Map {
    start: NonNull<u8>,
    len: usize,
    place: &'static Place,
    extent: Extent,
}

// SAFETY: a mapping is memory without an owner thread; who reads and writes it borrows the map.
unsafe impl Send for Map {}
// SAFETY: as above; a shared map is only read.
unsafe impl Sync for Map {}

impl Map {
    fn new(extent: Extent) -> Result<Self, StoreError> {
        let start = extent.map()?;
        let len = usize::try_from(extent.bytes()).unwrap_or(usize::MAX); // as `map` did
        let Some(place) = net::under(start.addr().get(), len) else {
            os::release(start, len);
            return Err(StoreError::Unsupported);
        };
        Ok(Self {
            start,
            len,
            place,
            extent,
        })
    }

    /// An error if pages were gone when they were touched.
    fn check(&self) -> Result<(), StoreError> {
        if self.place.is_lost() {
            Err(StoreError::Lost)
        } else {
            Ok(())
        }
    }

    /// Takes pages out of memory that are written: offsets in bytes, whole pages.
    fn page_out(&self, bytes: &Range<usize>) {
        if bytes.is_empty() {
            return;
        }
        // SAFETY: callers pass offsets inside the mapping.
        let start = unsafe { self.start.add(bytes.start) };
        os::page_out(start, bytes.len());
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        self.place.clear();
        os::release(self.start, self.len);
    }
}

/// Data that is being written to mapped pages, chunk by chunk; then [`freeze`](Self::freeze) it to read it.
///
/// The chunk before is on its way to the disk while one is filled, and the one before that is out of
/// memory.
///
/// ```
/// # let store = zkarena::StorePlan::new().open()?;
/// let mut writing = store.map::<u64>(10_000)?;
/// let mut next = 0;
/// while let Some(chunk) = writing.next_chunk() {
///     for element in chunk {
///         *element = next;
///         next += 1;
///     }
/// }
/// let mapped = writing.freeze()?;
/// assert_eq!(mapped[9_999], 9_999);
/// mapped.close()?; // an error if anything was lost
/// # Ok::<(), zkarena::StoreError>(())
/// ```
#[derive(Debug)]
pub struct MappedWriting<T> {
    map: Map,
    len: usize,
    /// Elements of chunks that were handed out.
    handed_out: usize,
    /// Bytes whose writing has begun, and those whose writing is done.
    begun: usize,
    done: usize,
    of: PhantomData<T>,
}

impl<T: Plain> MappedWriting<T> {
    pub(super) fn new(extent: Extent, len: usize) -> Result<Self, StoreError> {
        Ok(Self {
            map: Map::new(extent)?,
            len,
            handed_out: 0,
            begun: 0,
            done: 0,
            of: PhantomData,
        })
    }

    /// How many elements there will be.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there will be none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The next chunk, which reads zero, to be filled: about 8 MiB. `None` after the last.
    ///
    /// Chunks before it may leave memory now.
    pub fn next_chunk(&mut self) -> Option<&mut [T]> {
        self.write_behind();
        let most = (CHUNK / size_of::<T>()).max(1);
        let len = most.min(self.len - self.handed_out);
        let first = self.handed_out;
        self.handed_out += len;
        (len > 0).then(|| self.elements(first, len))
    }

    /// `len` elements from `first` on, all of which were handed out.
    fn elements(&mut self, first: usize, len: usize) -> &mut [T] {
        debug_assert!(first + len <= self.len);
        // SAFETY: at most `self.len` elements from the start, all of which are in the mapping.
        let start = unsafe { self.map.start.cast::<T>().add(first) };
        // SAFETY:
        // - the elements are in the mapping, aligned as it is aligned to a page, and borrowed through `self`;
        // - the pages are readable and writable until `freeze`;
        // - any bytes are values, as `T` is `Plain`: also the zeros of pages that are lost.
        unsafe { slice::from_raw_parts_mut(start.as_ptr(), len) }
    }

    /// Begins to write the whole pages that are filled, and takes those before them out of memory.
    fn write_behind(&mut self) {
        let mut filled = self.handed_out * size_of::<T>();
        if self.handed_out < self.len {
            filled -= filled % PAGE;
        }
        if filled <= self.begun {
            return;
        }
        let extent = &self.map.extent;
        extent.start_writing(self.begun as u64, (filled - self.begun) as u64);
        let before = self.done..self.begun;
        if !before.is_empty() {
            extent.finish_writing(before.start as u64, before.len() as u64);
            self.map.page_out(&before);
        }
        (self.done, self.begun) = (self.begun, filled);
    }

    /// Ends the writing: from here on the pages can be read only. Elements that were not written are zero.
    ///
    /// # Errors
    /// [`StoreError::Lost`] if pages were gone when they were written.
    pub fn freeze(mut self) -> Result<Mapped<T>, StoreError> {
        self.write_behind();
        self.map.check()?;
        if !os::make_read_only(self.map.start, self.map.len) {
            return Err(StoreError::Unsupported);
        }
        Ok(Mapped {
            map: self.map,
            len: self.len,
            of: PhantomData,
        })
    }
}

/// Data in mapped pages: a slice that comes into memory as it is read.
///
/// When pages are gone, because somebody cut the file or its disk failed, they read zero, and
/// [`check`](Self::check) tells.
///
/// # What it does not do
/// It does not keep others from changing the file: who may look into the process can open it.
pub struct Mapped<T> {
    map: Map,
    len: usize,
    of: PhantomData<T>,
}

impl<T: Plain> Mapped<T> {
    /// Whether all that was read so far was there.
    ///
    /// # Errors
    /// [`StoreError::Lost`] if pages were gone when they were touched: they read zero.
    pub fn check(&self) -> Result<(), StoreError> {
        self.map.check()
    }

    /// Frees the data.
    ///
    /// # Errors
    /// As for [`check`](Self::check).
    pub fn close(self) -> Result<(), StoreError> {
        self.check()
    }
}

impl<T: Plain> Deref for Mapped<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY:
        // - the elements are in the mapping, aligned as it is aligned to a page, and borrowed through `self`;
        // - nobody writes to the pages after `freeze`;
        // - any bytes are values, as `T` is `Plain`: also the zeros of pages that are lost.
        unsafe { slice::from_raw_parts(self.map.start.cast().as_ptr(), self.len) }
    }
}

impl<T> fmt::Debug for Mapped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapped")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
