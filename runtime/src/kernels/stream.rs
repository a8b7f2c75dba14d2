//! Reading in pieces that fit in any buffer of a store.
#![forbid(unsafe_code)]

use crate::layout::PAGE;
use crate::plain::Plain;
use crate::store::{StoreError, Tiles};
use std::ops::Range;

/// The buffers of a store have at least so many bytes each.
const BUFFER: usize = 64 << 10;

/// As many elements make a piece: a power of two, so that pieces of whole pages follow each other. Others
/// are small enough for the rest of a page before them.
pub(super) fn piece_len<T>() -> usize {
    const { assert!(size_of::<T>() > 0, "elements of a store have bytes") };
    let len = 1 << (BUFFER / size_of::<T>()).max(1).ilog2();
    let is_pages = (len * size_of::<T>()).is_multiple_of(PAGE);
    if is_pages { len } else { len.div_ceil(2) }
}

/// Elements in pieces.
pub(super) fn pieces<T>(elements: Range<usize>) -> impl Iterator<Item = Range<usize>> + Send {
    let (len, end) = (piece_len::<T>(), elements.end);
    elements
        .step_by(len)
        .map(move |start| start..end.min(start + len))
}

/// Copies the next tiles, which end where `into` does.
pub(super) fn fill<T: Plain>(
    tiles: &mut Tiles<'_, T>,
    mut into: &mut [T],
) -> Result<(), StoreError> {
    while !into.is_empty() {
        let tile = tiles.next()?.expect("as many tiles as were announced");
        let (now, rest) = into.split_at_mut(tile.len());
        now.copy_from_slice(&tile);
        into = rest;
    }
    Ok(())
}
