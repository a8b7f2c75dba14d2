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

#[cfg(feature = "arkworks")]
// SAFETY: the limbs in Montgomery form and a `PhantomData`; zero is all zero limbs.
unsafe impl<P: ark_ff::FpConfig<N>, const N: usize> Zeroable for ark_ff::Fp<P, N> {}
