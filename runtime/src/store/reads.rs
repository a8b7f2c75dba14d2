//! Reading ahead: some pieces of data are on their way while one is worked on.
#![forbid(unsafe_code)]

use super::Store;
use super::body::Body;
use super::buffers::Buffer;
use super::error::StoreError;
use super::file::PAGE_BYTES;
use super::memory::Memory;
use super::threads::{Job, Ticket};
use crate::layout::{PAGE, round_up};
use std::collections::VecDeque;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// How many pieces are on their way at most.
const DEPTH: usize = 8;

/// Bytes that lie together, and fit in a buffer.
#[derive(Clone, Debug)]
pub(super) struct Piece<'s> {
    lies: Lies<'s>,
    /// Where they are in their pages, or in the memory.
    bytes: Range<usize>,
}

/// Where a piece lies.
#[derive(Clone, Copy, Debug)]
enum Lies<'s> {
    Memory(&'s Arc<Memory>),
    /// In the file, from the page at that place on.
    File(&'s Arc<Body>, u64),
}

/// A piece, or why there is none.
pub(super) type NextPiece<'s> = Result<Piece<'s>, StoreError>;

impl<'s> Piece<'s> {
    pub(super) fn in_memory(memory: &'s Arc<Memory>, at: usize, len: usize) -> Self {
        Self {
            lies: Lies::Memory(memory),
            bytes: at..at + len,
        }
    }

    pub(super) fn in_file(body: &'s Arc<Body>, at: u64, len: usize) -> Self {
        let lead = usize::try_from(at % PAGE_BYTES).unwrap_or(0);
        Self {
            lies: Lies::File(body, at - lead as u64),
            bytes: lead..lead + len,
        }
    }
}

/// What holds the bytes of a piece that was read.
#[derive(Debug)]
pub(super) enum Held {
    Memory(Arc<Memory>),
    Buffer(Buffer),
}

impl Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Memory(memory) => memory,
            Self::Buffer(buffer) => buffer,
        }
    }
}

/// A piece that is there, or will be.
#[derive(Debug)]
enum Coming {
    There(Arc<Memory>),
    Read(Arc<Ticket>),
}

/// Pieces in order, each with what holds it.
#[derive(Debug)]
pub(super) struct Reads<'s, I> {
    store: &'s Store,
    pieces: I,
    /// The next one, for which there was no buffer.
    waits: Option<Piece<'s>>,
    under_way: VecDeque<(Coming, Range<usize>)>,
    /// Whether the buffers are held as long as code outside the store likes.
    parked: bool,
}

impl<'s, I: Iterator<Item = NextPiece<'s>>> Reads<'s, I> {
    pub(super) fn new(store: &'s Store, pieces: I, parked: bool) -> Self {
        Self {
            store,
            pieces,
            waits: None,
            under_way: VecDeque::new(),
            parked,
        }
    }

    /// What holds the next piece, and where it is in there; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<(Held, Range<usize>)>, StoreError> {
        self.read_ahead()?;
        let Some((coming, bytes)) = self.under_way.pop_front() else {
            return Ok(None);
        };
        let held = match coming {
            Coming::There(memory) => Held::Memory(memory),
            Coming::Read(ticket) => {
                let done = ticket.try_take();
                let done = done.unwrap_or_else(|| self.store.figures().stalled(|| ticket.take()));
                Held::Buffer(done?)
            }
        };
        Ok(Some((held, bytes)))
    }

    /// Puts pieces on their way: one at least, if there is one; others as long as that takes no waiting.
    fn read_ahead(&mut self) -> Result<(), StoreError> {
        while self.under_way.len() < DEPTH {
            let waits = self.waits.take().map(Ok);
            let Some(piece) = waits.or_else(|| self.pieces.next()) else {
                break;
            };
            let piece = piece?;
            match piece.lies {
                Lies::Memory(memory) => {
                    memory.check_process()?;
                    let there = Coming::There(Arc::clone(memory));
                    self.under_way.push_back((there, piece.bytes));
                }
                Lies::File(body, at) => {
                    let Some(buffer) = self.buffer_for(body)? else {
                        self.waits = Some(piece);
                        break;
                    };
                    self.submit(body, at, piece.bytes, buffer);
                }
            }
        }
        Ok(())
    }

    /// A buffer for a piece of the file: in any case if it is the next one, else if that takes no waiting.
    fn buffer_for(&self, body: &Body) -> Result<Option<Buffer>, StoreError> {
        if self.under_way.is_empty() {
            body.wait_written()?;
            self.store.buffer(self.parked).map(Some)
        } else if body.is_written() {
            Ok(self.store.spare_buffer(self.parked))
        } else {
            Ok(None)
        }
    }

    fn submit(&mut self, body: &Arc<Body>, at: u64, bytes: Range<usize>, buffer: Buffer) {
        let ticket = Arc::new(Ticket::default());
        self.store.submit(Job {
            body: Arc::clone(body),
            buffer,
            len: round_up(bytes.end, PAGE),
            at,
            reader: Some(Arc::clone(&ticket)),
        });
        self.under_way.push_back((Coming::Read(ticket), bytes));
    }
}
