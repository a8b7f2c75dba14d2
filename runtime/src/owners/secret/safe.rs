//! What may stand in a `#[witness]` type.
#![forbid(unsafe_code)]

use super::Secret;
use crate::owners::{PBox, PVec};
use std::marker::PhantomData;

/// Types whose secrets are wiped by themselves: what a field of a [`#[witness]`](macro@crate::witness)
/// type has to be.
///
/// [`Secret<T>`](Secret) and `PVec<'ph, T, Secret>` are, and so is every `#[witness]` type; options,
/// results, boxes, arrays and tuples are if their content is. A number or a field element is not: a
/// `#[witness]` type has no destructor that could wipe it. A growing `Vec` is not: it leaves copies behind.
///
/// ```
/// fn is_safe<T: zkarena::SecretSafe>() {}
/// is_safe::<Option<Box<[zkarena::Secret<u64>; 2]>>>();
/// is_safe::<zkarena::PVec<'static, u64, zkarena::Secret>>();
/// ```
///
/// A type of your own that wipes what it holds may say so: `impl zkarena::SecretSafe for ..`. Nothing
/// checks that.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may leave secrets in memory that is never wiped",
    label = "not allowed in a `#[witness]` type",
    note = "use `PVec<'ph, T, Secret>` for many values or `Secret<T>` for one; a field that is no secret is marked `#[public]`"
)]
pub trait SecretSafe {
    #[doc(hidden)]
    const CHECK: () = ();
}

impl<T> SecretSafe for Secret<T> {}
impl<T> SecretSafe for PVec<'_, T, Secret> {}
impl<T: SecretSafe> SecretSafe for PBox<'_, T> {}
impl<T: SecretSafe + ?Sized> SecretSafe for Box<T> {}
impl<T: SecretSafe> SecretSafe for Option<T> {}
impl<T: SecretSafe, E: SecretSafe> SecretSafe for Result<T, E> {}
impl<T: SecretSafe, const N: usize> SecretSafe for [T; N] {}
impl<T: ?Sized> SecretSafe for PhantomData<T> {}
impl SecretSafe for () {}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        impl<$($name: SecretSafe),+> SecretSafe for ($($name,)+) {}
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D));
