//! Data on its way to the file, from its first element to its last.
#![forbid(unsafe_code)]

use super::Store;
use super::body::Owned;
use super::buffers::Buffer;
use super::error::StoreError;
use super::file::PAGE_BYTES;
use super::stored::{Shape, Stored};
use crate::layout::{PAGE, round_up};
use crate::plain::{Plain, as_bytes};
use std::marker::PhantomData;

/// Data that is being written: append to it, then [`freeze`](Self::freeze) it to read it.
///
/// Full buffers are written behind the caller's back; it waits only when all buffers are under way.
/// An error of such a write shows at the next call, or when the data is read.
///
/// ```
/// # let store = zkarena::StorePlan::new().open()?;
/// let mut writing = store.write::<u32>(1 << 16)?;
/// for row in 0..1 << 6 {
///     writing.append(&[row; 1 << 10])?;
/// }
/// let stored = writing.freeze()?;
/// let mut element = [0];
/// stored.read_into(5 << 10..(5 << 10) + 1, &mut element)?;
/// assert_eq!(element, [5]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
#[derive(Debug)]
pub struct Writing<T> {
    store: Store,
    body: Owned,
    /// What is not under way yet.
    buffer: Option<Buffer>,
    filled: usize,
    /// Bytes that are under way or written: whole pages.
    sent: u64,
    /// Elements so far, and as many as there may be.
    len: usize,
    room: usize,
    of: PhantomData<T>,
}

impl<T: Plain> Writing<T> {
    pub(super) fn new(store: Store, body: Owned, room: usize) -> Self {
        Self {
            store,
            body,
            buffer: None,
            filled: 0,
            sent: 0,
            len: 0,
            room,
            of: PhantomData,
        }
    }

    /// Elements so far.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no elements yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds elements behind the last one.
    ///
    /// # Errors
    /// [`StoreError::TooLong`] if they are more than were announced; then none is added.
    /// [`StoreError::Buffers`] if all buffers are held by others; the error of an earlier write, after
    /// which the data cannot be completed any more.
    pub fn append(&mut self, elements: &[T]) -> Result<(), StoreError> {
        if elements.len() > self.room - self.len {
            return Err(StoreError::TooLong {
                room: self.room - self.len,
                added: elements.len(),
            });
        }
        let mut rest = as_bytes(elements);
        while !rest.is_empty() {
            let taken = self.fill(rest).inspect_err(|error| {
                if rest.len() < size_of_val(elements) {
                    self.body.fail(error.clone()); // some of the elements are in, others are not
                }
            })?;
            rest = &rest[taken..];
        }
        self.len += elements.len();
        Ok(())
    }

    /// Copies what fits into the buffer, and sends it if it is full; says how many bytes that were.
    fn fill(&mut self, bytes: &[u8]) -> Result<usize, StoreError> {
        let mut buffer = match self.buffer.take() {
            Some(buffer) => buffer,
            None => self.store.buffer(true)?,
        };
        let taken = bytes.len().min(buffer.len() - self.filled);
        buffer[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
        self.filled += taken;
        if self.filled == buffer.len() {
            self.send(buffer)?;
        } else {
            self.buffer = Some(buffer);
        }
        Ok(taken)
    }

    /// Sends what is in the buffer, up to whole pages.
    fn send(&mut self, mut buffer: Buffer) -> Result<(), StoreError> {
        let len = round_up(std::mem::take(&mut self.filled), PAGE);
        buffer.unpark();
        self.store.send(&self.body, buffer, len, self.sent)?;
        self.sent += len as u64;
        Ok(())
    }

    /// Ends the writing: from here on the data can be read, and nothing can change it.
    ///
    /// What is still under way is written behind the caller's back. Pages that were announced and not
    /// needed are free.
    ///
    /// # Errors
    /// The error of an earlier write.
    pub fn freeze(mut self) -> Result<Stored<T>, StoreError> {
        if let Some(mut buffer) = self.buffer.take() {
            buffer[self.filled..round_up(self.filled, PAGE)].fill(0); // others' data
            self.send(buffer)?;
        }
        self.body.check()?;
        self.body.extent().shrink(self.sent.max(PAGE_BYTES));
        let shape = Shape::whole::<T>(self.len);
        Ok(Stored::new(self.store, self.body, shape))
    }
}
