//! Records in pieces: a log that grows gets another one, and moves or abandons none.
#![forbid(unsafe_code)]

use super::Records;
use crate::error::AllocError;
use crate::layout::PAGE;
use crate::owners::PVec;
use crate::phase::Phase;

/// From here on a block has pages of its own, so that nothing lies behind it unused.
const OWN_PAGES: usize = 64 << 10;

/// The room for the last records is at most this part of the rest: little of a long log.
const SHARE: usize = 64;

/// The records of a log, in pieces.
#[derive(Debug)]
pub(super) struct Kept<'ph, T> {
    phase: Phase<'ph>,
    /// All but the last one are full.
    pieces: PVec<'ph, PVec<'ph, T>>,
    /// The index of each piece's first record.
    starts: PVec<'ph, usize>,
}

impl<'ph, T> Kept<'ph, T> {
    /// None; takes no memory yet.
    pub(super) fn new_in(phase: Phase<'ph>) -> Self {
        Self {
            phase,
            pieces: phase.vec(),
            starts: phase.vec(),
        }
    }

    /// How many there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        let last = self.pieces.last().map_or(0, PVec::len);
        self.starts.last().map_or(0, |start| start + last)
    }

    pub(super) fn all(&self) -> Records<'_, T> {
        Records::of(&self.pieces, &self.starts)
    }

    /// Appends a record; one that there is no room for is dropped.
    #[inline]
    pub(super) fn try_push(&mut self, record: T) -> Result<(), AllocError> {
        if self.room() == 0 {
            self.try_add_piece(self.next_piece())?;
        }
        // There is a piece now, with room.
        self.pieces
            .last_mut()
            .map_or(Ok(()), |last| last.try_push(record))
    }

    /// Makes room for `more` records: in one piece, if there are none yet.
    pub(super) fn try_reserve(&mut self, more: usize) -> Result<(), AllocError> {
        match more.saturating_sub(self.room()) {
            0 => Ok(()),
            missing if self.room() == 0 => self.try_add_piece(missing),
            missing => self.try_extend_last(missing),
        }
    }

    /// The records that the last piece has room for.
    #[inline]
    fn room(&self) -> usize {
        let last = self.pieces.last();
        last.map_or(0, |last| last.capacity() - last.len())
    }

    #[cold]
    #[inline(never)]
    fn try_add_piece(&mut self, records: usize) -> Result<(), AllocError> {
        let piece = PVec::try_with_capacity_in(records, self.phase)?;
        self.starts.try_reserve(1)?;
        self.pieces.try_reserve(1)?;
        self.starts.push(self.len());
        self.pieces.push(piece);
        Ok(())
    }

    /// Grows the last piece, which is not full and so may not be followed by another.
    fn try_extend_last(&mut self, missing: usize) -> Result<(), AllocError> {
        let last = self.pieces.last_mut();
        last.map_or(Ok(()), |last| {
            let room = last.capacity() - last.len();
            last.try_reserve_exact(room.saturating_add(missing))
        })
    }

    /// How many records the next piece is to hold: as many as there are, until a piece has pages of
    /// its own; then a share of them.
    fn next_piece(&self) -> usize {
        let record = size_of::<T>().max(1);
        let held = self.len().saturating_mul(record);
        let bytes = held.clamp(PAGE, OWN_PAGES).max(held / SHARE);
        bytes.next_multiple_of(PAGE).div_ceil(record)
    }
}
