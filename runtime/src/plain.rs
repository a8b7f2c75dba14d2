//! What may be said about a type's bytes.

use std::marker::PhantomData;

/// Types without a destructor: a phase frees its memory without running any.
///
/// Every `Copy` type is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may have a destructor, which a phase never runs",
    label = "not `Copy`: use `phase.boxed(..)` or a `PVec`, which drop what they hold",
    note = "a type of your own without a destructor can be `Copy`, or say so: `impl zkarena::NoDrop for ..`"
)]
pub trait NoDrop {}

#[diagnostic::do_not_recommend]
impl<T: Copy> NoDrop for T {}

/// Types for which all zero bytes are a value: numbers, field elements in a prime field, arrays of those.
///
/// ```
/// #[derive(Clone, Copy)]
/// #[repr(transparent)]
/// struct Felt(u64);
/// // SAFETY: all zero bytes are the element zero.
/// unsafe impl zkarena::Zeroable for Felt {}
/// ```
///
/// # Safety
/// All zero bytes are a valid value of the type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be valid when filled with zero bytes",
    label = "use `phase.slice_with(..)`, `phase.copy(..)` or `phase.vec_from(..)`"
)]
pub unsafe trait Zeroable {}

macro_rules! zeroable {
    ($($name:ty),*) => { $(
        // SAFETY: zero bytes are the number zero, or `false`, or the character U+0000.
        unsafe impl Zeroable for $name {}
    )* };
}

zeroable!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, bool, char
);

// SAFETY: there are no bytes.
unsafe impl Zeroable for () {}
// SAFETY: there are no bytes.
unsafe impl<T: ?Sized> Zeroable for PhantomData<T> {}
// SAFETY: an array is its elements.
unsafe impl<T: Zeroable, const N: usize> Zeroable for [T; N] {}
// SAFETY: a `MaybeUninit` may hold any bytes.
unsafe impl<T> Zeroable for std::mem::MaybeUninit<T> {}

#[cfg(feature = "plonky3")]
// SAFETY: the type is transparent over a `u32` in Montgomery form, in which zero is zero.
unsafe impl<P: p3_monty_31::MontyParameters> Zeroable for p3_monty_31::MontyField31<P> {}

#[cfg(feature = "plonky3")]
// SAFETY: the type is transparent over an array of coefficients.
unsafe impl<F: Zeroable, const D: usize, S> Zeroable for p3_field::extension::ExtField<F, D, S> {}

#[cfg(feature = "arkworks")]
// SAFETY: the limbs in Montgomery form and a `PhantomData`; zero is all zero limbs.
unsafe impl<P: ark_ff::FpConfig<N>, const N: usize> Zeroable for ark_ff::Fp<P, N> {}

/// Types that are nothing but their bytes: those may lie in a file, and be read from there.
///
/// ```
/// use zkarena::Plain;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Plain)]
/// #[repr(C)]
/// struct Cell {
///     row: u32,
///     column: u32,
///     value: u64,
/// }
///
/// let cell = Cell { row: 1, column: 2, value: 3 };
/// let mut writing = zkarena::StorePlan::new().open()?.write(1)?;
/// writing.append(&[cell])?;
/// let mut cells = [Cell { row: 0, column: 0, value: 0 }];
/// writing.freeze()?.read_into(0..1, &mut cells)?;
/// assert_eq!(cells, [cell]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// Where the derive cannot tell, as with the parameters of a field element, whoever can may say so:
///
/// ```
/// # use std::marker::PhantomData;
/// #[derive(Clone, Copy)]
/// #[repr(transparent)]
/// struct Felt<P>(u64, PhantomData<P>);
/// // SAFETY: all zero bytes are the element zero.
/// unsafe impl<P> zkarena::Zeroable for Felt<P> {}
/// // SAFETY: a `u64`, and any bits are one.
/// unsafe impl<P: Copy + Send + Sync + 'static> zkarena::Plain for Felt<P> {}
/// ```
///
/// `bool` and `char` are none, as not all bytes are one; nor is a pair such as `(u8, u32)`, which has
/// bytes without a value between its fields.
///
/// # Safety
/// - No byte of a value is padding, and none is part of a pointer or a reference.
/// - Any bytes are a value of the type, though perhaps one that the program has no use for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be nothing but its bytes",
    label = "numbers, field elements and arrays of them are `Plain`: what lies in a file has no pointers and no padding"
)]
pub unsafe trait Plain: Zeroable + Copy + Send + Sync + 'static {}

macro_rules! plain {
    ($($name:ty),*) => { $(
        // SAFETY: a number, without padding, and any bits are one.
        unsafe impl Plain for $name {}
    )* };
}

plain!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64
);

// SAFETY: an array is its elements, one behind the other.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

#[cfg(feature = "plonky3")]
// SAFETY: the type is transparent over a `u32`.
unsafe impl<P: p3_monty_31::MontyParameters> Plain for p3_monty_31::MontyField31<P> {}

#[cfg(feature = "plonky3")]
// SAFETY: the type is transparent over an array of coefficients, one behind the other.
unsafe impl<F: Plain, const D: usize, S> Plain for p3_field::extension::ExtField<F, D, S> where
    Self: Copy + Send + Sync + 'static
{
}

#[cfg(feature = "arkworks")]
// SAFETY: the limbs, each a `u64`, and a `PhantomData`.
unsafe impl<P: ark_ff::FpConfig<N>, const N: usize> Plain for ark_ff::Fp<P, N> {}

/// Implements [`Plain`] for a struct; what `derive(Plain)` calls. Whatever it is given, it compiles only where the
/// impls are right.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain_struct {
    ($name:ident { $($field:tt: $ty:ty),* }) => {
        const _: () = {
            const fn bytes_of<T: $crate::Plain>() -> usize {
                ::core::mem::size_of::<T>()
            }
            #[allow(dead_code, unused_variables)] // only there to be compiled
            fn has_these_fields_and_no_others(value: &$name) {
                let $name { $($field: _),* } = value;
                $( let _: fn($name) -> $ty = |value| value.$field; )*
            }
            ::core::assert!(
                ::core::mem::size_of::<$name>() == 0 $(+ bytes_of::<$ty>())*,
                ::core::concat!(
                    "`", ::core::stringify!($name), "` has padding, bytes without a value between or behind its fields: put ",
                    "large fields first, or make the padding a field of its own, such as `padding: [u8; 3]`"
                )
            );
        };
        // SAFETY: all zero bytes are a value of each field, all of which are `Plain` (below).
        unsafe impl $crate::Zeroable for $name {}
        // SAFETY:
        // - `$name` is a struct with these fields and no others: the pattern above names each, and has no `..`.
        // - each is of its type, as the closures return it, and that is `Plain`: `bytes_of` demands it. So none has a
        //   pointer, none has padding inside, and any bytes are a value of it.
        // - fields do not overlap, and have as many bytes together as the struct: there are no others in it.
        unsafe impl $crate::Plain for $name {}
    };
}

/// The bytes of `values`.
pub(crate) fn as_bytes<T: Plain>(values: &[T]) -> &[u8] {
    // SAFETY: the memory of the slice, all of it initialised as a `Plain` type has no padding.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// The bytes of `values`, to be written to.
pub(crate) fn as_bytes_mut<T: Plain>(values: &mut [T]) -> &mut [u8] {
    let bytes = size_of_val(values);
    // SAFETY: as for `as_bytes`, borrowed mutably; whatever is written is a value, as `T` is `Plain`.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), bytes) }
}

/// The values that `bytes` are.
///
/// # Panics
/// If they are not whole values, or do not lie where such values may.
pub(crate) fn from_bytes<T: Plain>(bytes: &[u8]) -> &[T] {
    assert!(bytes.as_ptr().cast::<T>().is_aligned(), "aligned values");
    assert_eq!(bytes.len() % size_of::<T>(), 0, "whole values");
    // SAFETY:
    // - the memory of the slice, aligned and of that size (asserted above);
    // - any bytes are values, as `T` is `Plain`.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) }
}
