//! How data begins: what decides where it lies.
#![forbid(unsafe_code)]

use super::Store;
use super::body::{Body, Owned};
use super::error::StoreError;
use super::file::lock;
use super::mapped::MappedWriting;
use super::memory::{Memory, MemoryTiles};
use super::placement::Placement;
use super::sending::Sending;
use super::stored::Shape;
use super::writing::{self, Writing};
use super::writing_tiles::{self, WritingTiles};
use super::written::Written;
use crate::layout::PAGE;
use crate::plain::Plain;

impl Store {
    /// Begins data of at most `len` elements, whose pages in memory or on the disk are taken now.
    ///
    /// # Errors
    /// [`StoreError::Budget`], [`StoreError::DiskFull`], [`StoreError::Quota`] or [`StoreError::FileSize`]
    /// if there is no room for it; then everything is as it was. [`StoreError::NoDirectory`] if the first
    /// data of a store with a RAM budget goes to the file, and there can be none after all.
    pub fn write<T: Plain>(&self, len: usize) -> Result<Writing<T>, StoreError> {
        check_element::<T>();
        let to = match self.memory(len, size_of::<T>())? {
            Some(memory) => writing::To::Memory(memory),
            None => writing::To::File(Sending::new(self.body(&Shape::whole::<T>(len))?)),
        };
        Ok(Writing::new(self.clone(), to, len))
    }

    /// Begins data of `len` elements in tiles of `tile_len`, the last of which may be shorter.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    ///
    /// # Panics
    /// If `tile_len` is zero.
    pub fn write_tiles<T: Plain>(
        &self,
        len: usize,
        tile_len: usize,
    ) -> Result<WritingTiles<T>, StoreError> {
        check_element::<T>();
        assert!(tile_len > 0, "a tile has elements");
        let shape = Shape::tiled::<T>(len, tile_len);
        let element = size_of::<T>();
        let to = match self.memory(len, element)? {
            Some(memory) => {
                let tile_bytes = tile_len.min(len).max(1) * element;
                writing_tiles::To::Memory(MemoryTiles::new(memory, len * element, tile_bytes))
            }
            None => writing_tiles::To::File(self.body(&shape)?, Written::new(shape.tiles())),
        };
        Ok(WritingTiles::new(self.clone(), to, shape))
    }

    /// Memory for that many elements, if they are to be there and there is room for all of them.
    fn memory(&self, len: usize, element: usize) -> Result<Option<Memory>, StoreError> {
        let inner = &self.inner;
        inner.space.check_process()?;
        let bytes = len.checked_mul(element);
        let bytes = bytes.filter(|_| self.placement == Placement::Budget);
        let secret = inner.key.is_some();
        Ok(bytes.and_then(|bytes| Memory::take(&inner.ram, bytes, secret)))
    }

    fn body(&self, shape: &Shape) -> Result<Owned, StoreError> {
        let extent = self.inner.space.take(shape.bytes())?;
        let seal = self.inner.key.as_ref().map(|key| lock(key).seal());
        Ok(Owned::new(Body::new(extent, seal)))
    }

    /// Begins data of `len` elements in mapped pages, which are taken on the disk now.
    ///
    /// Meant for data that is written once, in order, and read at random. Everything else is much faster
    /// with [`write`](Self::write): page faults come one at a time. The RAM budget plays no part in it.
    ///
    /// # Errors
    /// As for [`write`](Self::write); [`StoreError::MappedPlain`] if the store encrypts.
    pub fn map<T: Plain>(&self, len: usize) -> Result<MappedWriting<T>, StoreError> {
        if self.inner.key.is_some() {
            return Err(StoreError::MappedPlain);
        }
        check_element::<T>();
        let bytes = Shape::whole::<T>(len).bytes();
        MappedWriting::new(self.inner.space.take(bytes)?, len)
    }
}

fn check_element<T: Plain>() {
    const {
        assert!(size_of::<T>() > 0, "elements of a store have bytes");
        assert!(
            align_of::<T>() <= PAGE,
            "elements of a store are aligned to a page at most"
        );
    }
}
