//! Bytes on their way to the file, from the first to the last.
#![forbid(unsafe_code)]

use super::Store;
use super::body::Owned;
use super::buffers::Buffer;
use super::error::StoreError;
use super::file::PAGE_BYTES;
use crate::layout::{PAGE, round_up};

/// Bytes that are collected in a buffer, and sent when it is full.
#[derive(Debug)]
pub(super) struct Sending {
    body: Owned,
    /// What is not under way yet.
    buffer: Option<Buffer>,
    filled: usize,
    /// Bytes that are under way or written: whole pages.
    sent: u64,
}

impl Sending {
    pub(super) fn new(body: Owned) -> Self {
        Self {
            body,
            buffer: None,
            filled: 0,
            sent: 0,
        }
    }

    /// Adds bytes behind the last one: all of them, or none, or the data cannot be completed any more.
    pub(super) fn append(&mut self, store: &Store, bytes: &[u8]) -> Result<(), StoreError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = self.fill(store, rest).inspect_err(|error| {
                if rest.len() < bytes.len() {
                    self.body.fail(error.clone()); // some of the elements are in, others are not
                }
            })?;
            rest = &rest[taken..];
        }
        Ok(())
    }

    /// Copies what fits into the buffer, and sends it if it is full; says how many bytes that were.
    fn fill(&mut self, store: &Store, bytes: &[u8]) -> Result<usize, StoreError> {
        let mut buffer = match self.buffer.take() {
            Some(buffer) => buffer,
            None => store.buffer(true)?,
        };
        let taken = bytes.len().min(buffer.len() - self.filled);
        buffer[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
        self.filled += taken;
        if self.filled == buffer.len() {
            self.send(store, buffer)?;
        } else {
            self.buffer = Some(buffer);
        }
        Ok(taken)
    }

    /// Sends what is in the buffer, up to whole pages.
    fn send(&mut self, store: &Store, mut buffer: Buffer) -> Result<(), StoreError> {
        let len = round_up(std::mem::take(&mut self.filled), PAGE);
        buffer.unpark();
        store.send(&self.body, buffer, len, self.sent)?;
        self.sent += len as u64;
        Ok(())
    }

    /// Sends the rest, and gives back the pages that are not needed.
    pub(super) fn finish(mut self, store: &Store) -> Result<Owned, StoreError> {
        if let Some(mut buffer) = self.buffer.take() {
            buffer[self.filled..round_up(self.filled, PAGE)].fill(0); // others' data
            self.send(store, buffer)?;
        }
        self.body.check()?;
        self.body.extent().shrink(self.sent.max(PAGE_BYTES));
        Ok(self.body)
    }
}
