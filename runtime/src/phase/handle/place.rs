//! Values in blocks: the few unsafe steps behind the handles' methods.

use super::local::Local;
use super::phase::Phase;
use crate::error::{AllocError, Cause};
use crate::plain::{NoDrop, Zeroable};
use std::alloc::Layout;
use std::ptr::NonNull;

/// Something that hands out blocks for as long as a phase lasts.
///
/// # Safety
/// A block has the size and alignment of its layout, belongs to nobody else, and stays valid for
/// `'ph`. One from `zeroed_block` reads zero.
pub(super) unsafe trait Blocks<'ph> {
    fn block(self, layout: Layout) -> Result<NonNull<u8>, AllocError>;
    fn zeroed_block(self, layout: Layout) -> Result<NonNull<u8>, AllocError>;
}

/// Ends in a panic, as the methods without `try_` do.
#[cold]
#[inline(never)]
#[track_caller]
fn refused(error: AllocError) -> ! {
    panic!("{error}")
}

fn array<T>(len: usize) -> Result<Layout, AllocError> {
    let too_large = AllocError::new(len.saturating_mul(size_of::<T>()), Cause::TooLarge);
    Layout::array::<T>(len).map_err(|_| too_large)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the fast path")]
fn value<'ph, T: NoDrop + 'ph>(
    blocks: impl Blocks<'ph>,
    value: T,
) -> Result<&'ph mut T, AllocError> {
    let place = blocks.block(Layout::new::<T>())?.cast::<T>();
    // SAFETY: a block for a `T`, ours alone.
    unsafe { place.write(value) };
    // SAFETY: initialised, aligned, nobody else's, valid for `'ph` (the promise of `Blocks`).
    Ok(unsafe { &mut *place.as_ptr() })
}

fn zeroed<'ph, T: Zeroable + NoDrop + 'ph>(
    blocks: impl Blocks<'ph>,
    len: usize,
) -> Result<&'ph mut [T], AllocError> {
    let start = blocks.zeroed_block(array::<T>(len)?)?.cast::<T>();
    // SAFETY: a block for that many `T`, nobody else's, valid for `'ph` (the promise of `Blocks`),
    // and zero bytes are a `T`.
    Ok(unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), len) })
}

fn slice_with<'ph, T: NoDrop + 'ph>(
    blocks: impl Blocks<'ph>,
    len: usize,
    mut element: impl FnMut(usize) -> T,
) -> Result<&'ph mut [T], AllocError> {
    let start = blocks.block(array::<T>(len)?)?.cast::<T>().as_ptr();
    for index in 0..len {
        let value = element(index); // user code: runs while nothing is borrowed
        // SAFETY: `index < len`, inside the block.
        let place = unsafe { start.add(index) };
        // SAFETY: a place for a `T` in our block.
        unsafe { place.write(value) };
    }
    // SAFETY: a block for that many `T`, all written, nobody else's, valid for `'ph`.
    Ok(unsafe { std::slice::from_raw_parts_mut(start, len) })
}

fn copy<'ph, T: Copy + 'ph>(
    blocks: impl Blocks<'ph>,
    from: &[T],
) -> Result<&'ph mut [T], AllocError> {
    let start = blocks.block(Layout::for_value(from))?.cast::<T>().as_ptr();
    // SAFETY: the block has room for as many elements, and is new, so it is not what `from` borrows.
    unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), start, from.len()) };
    // SAFETY: a block for that many `T`, all written, nobody else's, valid for `'ph`.
    Ok(unsafe { std::slice::from_raw_parts_mut(start, from.len()) })
}

/// The same methods for both handles. They come in as tokens, so that errors point at them and do not
/// mention a macro.
macro_rules! on_both_handles {
    ($ph:lifetime: $($methods:tt)*) => {
        impl<$ph> Phase<$ph> {
            $($methods)*
        }

        impl<$ph> Local<$ph> {
            $($methods)*
        }
    };
}

// The methods that hand out references.
on_both_handles! { 'ph:
    /// Puts a value into the arena.
    ///
    /// # Panics
    /// If memory is refused; see [`try_alloc`](Self::try_alloc).
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    #[track_caller]
    pub fn alloc<T: NoDrop + 'ph>(&self, value: T) -> &'ph mut T {
        self::value(self, value).unwrap_or_else(|error| refused(error))
    }

    /// As [`alloc`](Self::alloc).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    #[inline]
    pub fn try_alloc<T: NoDrop + 'ph>(&self, value: T) -> Result<&'ph mut T, AllocError> {
        self::value(self, value)
    }

    /// `len` elements of zero bytes. Large slices are not touched: the system's pages are zero.
    ///
    /// # Panics
    /// If memory is refused; see [`try_zeroed`](Self::try_zeroed).
    #[track_caller]
    pub fn zeroed<T: Zeroable + NoDrop + 'ph>(&self, len: usize) -> &'ph mut [T] {
        self::zeroed(self, len).unwrap_or_else(|error| refused(error))
    }

    /// As [`zeroed`](Self::zeroed).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_zeroed<T: Zeroable + NoDrop + 'ph>(
        &self,
        len: usize,
    ) -> Result<&'ph mut [T], AllocError> {
        self::zeroed(self, len)
    }

    /// A copy of a slice.
    ///
    /// # Panics
    /// If memory is refused; see [`try_copy`](Self::try_copy).
    #[track_caller]
    pub fn copy<T: Copy + 'ph>(&self, from: &[T]) -> &'ph mut [T] {
        self::copy(self, from).unwrap_or_else(|error| refused(error))
    }

    /// As [`copy`](Self::copy).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_copy<T: Copy + 'ph>(&self, from: &[T]) -> Result<&'ph mut [T], AllocError> {
        self::copy(self, from)
    }

    /// `len` elements, each made from its index.
    ///
    /// # Panics
    /// If memory is refused, see [`try_slice_with`](Self::try_slice_with), or if `element` panics.
    #[track_caller]
    pub fn slice_with<T: NoDrop + 'ph>(
        &self,
        len: usize,
        element: impl FnMut(usize) -> T,
    ) -> &'ph mut [T] {
        self::slice_with(self, len, element).unwrap_or_else(|error| refused(error))
    }

    /// As [`slice_with`](Self::slice_with).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_slice_with<T: NoDrop + 'ph>(
        &self,
        len: usize,
        element: impl FnMut(usize) -> T,
    ) -> Result<&'ph mut [T], AllocError> {
        self::slice_with(self, len, element)
    }
}
