//! Reading ahead: some pieces of data are on their way while one is worked on.
#![forbid(unsafe_code)]

use super::Store;
use super::body::Body;
use super::buffers::Buffer;
use super::error::StoreError;
use super::file::PAGE_BYTES;
use super::threads::{Job, Ticket};
use crate::layout::{PAGE, round_up};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// How many pieces are on their way at most.
const DEPTH: usize = 8;

/// Bytes that lie together in the file and fit in a buffer.
#[derive(Clone, Debug)]
pub(super) struct Piece<'s> {
    body: &'s Arc<Body>,
    /// The page they begin on.
    at: u64,
    /// Where in the pages they are.
    pub(super) bytes: Range<usize>,
}

/// A piece, or why there is none.
pub(super) type NextPiece<'s> = Result<Piece<'s>, StoreError>;

impl<'s> Piece<'s> {
    pub(super) fn new(body: &'s Arc<Body>, at: u64, len: usize) -> Self {
        let lead = usize::try_from(at % PAGE_BYTES).unwrap_or(0);
        Self {
            body,
            at: at - lead as u64,
            bytes: lead..lead + len,
        }
    }
}

/// Pieces in order, each with the buffer that it was read to.
#[derive(Debug)]
pub(super) struct Reads<'s, I> {
    store: &'s Store,
    pieces: I,
    /// The next one, for which there was no buffer.
    waits: Option<Piece<'s>>,
    under_way: VecDeque<(Piece<'s>, Arc<Ticket>)>,
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

    /// The next piece; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<(Piece<'s>, Buffer)>, StoreError> {
        self.read_ahead()?;
        let Some((piece, ticket)) = self.under_way.pop_front() else {
            return Ok(None);
        };
        let done = ticket
            .try_take()
            .unwrap_or_else(|| self.store.figures().stalled(|| ticket.take()));
        Ok(Some((piece, done?)))
    }

    /// Puts pieces on their way: one at least, if there is one; others as long as that takes no waiting.
    fn read_ahead(&mut self) -> Result<(), StoreError> {
        while self.under_way.len() < DEPTH {
            let waits = self.waits.take().map(Ok);
            let Some(piece) = waits.or_else(|| self.pieces.next()) else {
                break;
            };
            let (piece, needed) = (piece?, self.under_way.is_empty());
            if needed {
                piece.body.wait_written()?;
            }
            let buffer = if needed {
                Some(self.store.buffer(self.parked)?)
            } else if piece.body.is_written() {
                self.store.spare_buffer(self.parked)
            } else {
                None
            };
            let Some(buffer) = buffer else {
                self.waits = Some(piece);
                break;
            };
            self.submit(piece, buffer);
        }
        Ok(())
    }

    fn submit(&mut self, piece: Piece<'s>, buffer: Buffer) {
        let ticket = Arc::new(Ticket::default());
        self.store.submit(Job {
            body: Arc::clone(piece.body),
            buffer,
            len: round_up(piece.bytes.end, PAGE),
            at: piece.at,
            reader: Some(Arc::clone(&ticket)),
        });
        self.under_way.push_back((piece, ticket));
    }
}
