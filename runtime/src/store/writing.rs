//! Data that is being written, from its first element to its last.
#![forbid(unsafe_code)]

use super::Store;
use super::error::StoreError;
use super::memory::Memory;
use super::placement::Data;
use super::sending::Sending;
use super::stored::{Shape, Stored};
use crate::plain::{Plain, as_bytes};
use std::marker::PhantomData;
use std::sync::Arc;

/// Data that is being written: append to it, then [`freeze`](Self::freeze) it to read it.
///
/// On its way to the file, full buffers are written behind the caller's back; it waits only when all
/// buffers are under way. An error of such a write shows at the next call, or when the data is read.
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
    to: To,
    /// Elements so far, and as many as there may be.
    len: usize,
    room: usize,
    of: PhantomData<T>,
}

/// Where elements go.
#[derive(Debug)]
pub(super) enum To {
    Memory(Memory),
    File(Sending),
}

impl<T: Plain> Writing<T> {
    pub(super) fn new(store: Store, to: To, room: usize) -> Self {
        Self {
            store,
            to,
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
        match &mut self.to {
            To::Memory(memory) => memory.append(as_bytes(elements)),
            To::File(sending) => sending.append(&self.store, as_bytes(elements))?,
        }
        self.len += elements.len();
        Ok(())
    }

    /// Ends the writing: from here on the data can be read, and nothing can change it.
    ///
    /// What is still under way is written behind the caller's back. Pages that were announced and not
    /// needed are free.
    ///
    /// # Errors
    /// The error of an earlier write.
    pub fn freeze(self) -> Result<Stored<T>, StoreError> {
        let data = match self.to {
            To::Memory(mut memory) => {
                memory.check_process()?;
                memory.shrink();
                Data::Memory(Arc::new(memory))
            }
            To::File(sending) => Data::File(sending.finish(&self.store)?),
        };
        let shape = Shape::whole::<T>(self.len);
        Ok(Stored::new(self.store, data, shape))
    }
}
