//! How ordinary types move between phases: numbers as they are, containers part by part.
#![forbid(unsafe_code)]

use super::carry::{ArenaAlloc, Detach};
use super::{Home, Label, MayLeave, PBox, PVec, Poly};
use crate::arena::Footprint;
use crate::error::AllocError;
use std::marker::PhantomData;

macro_rules! as_they_are {
    ($($name:ty),* $(,)?) => { $(
        impl ArenaAlloc for $name {
            type In<'to> = Self;

            fn footprint(&self) -> Footprint {
                Footprint::ZERO
            }

            fn try_copy_to(&self, _to: Home<'_>) -> Result<Self, AllocError> {
                Ok(*self)
            }

            fn try_move_to(self, _to: Home<'_>) -> Result<Self, AllocError> {
                Ok(self)
            }
        }

        impl Detach for $name {}
    )* };
}

as_they_are!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    bool,
    char,
    ()
);

impl<T: ?Sized> ArenaAlloc for PhantomData<T> {
    type In<'to> = Self;

    fn footprint(&self) -> Footprint {
        Footprint::ZERO
    }

    fn try_copy_to(&self, _to: Home<'_>) -> Result<Self, AllocError> {
        Ok(Self)
    }

    fn try_move_to(self, _to: Home<'_>) -> Result<Self, AllocError> {
        Ok(Self)
    }
}

impl<T: ?Sized> Detach for PhantomData<T> {}

impl<T: ArenaAlloc> ArenaAlloc for Option<T> {
    type In<'to> = Option<T::In<'to>>;

    fn footprint(&self) -> Footprint {
        self.iter().map(T::footprint).sum()
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError> {
        self.as_ref().map(|value| value.try_copy_to(to)).transpose()
    }

    fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError> {
        self.map(|value| value.try_move_to(to)).transpose()
    }
}

impl<T: Detach> Detach for Option<T> {}

impl<T: ArenaAlloc, E: ArenaAlloc> ArenaAlloc for Result<T, E> {
    type In<'to> = Result<T::In<'to>, E::In<'to>>;

    fn footprint(&self) -> Footprint {
        self.as_ref().map_or_else(E::footprint, T::footprint)
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError> {
        Ok(match self {
            Ok(value) => Ok(value.try_copy_to(to)?),
            Err(error) => Err(error.try_copy_to(to)?),
        })
    }

    fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError> {
        Ok(match self {
            Ok(value) => Ok(value.try_move_to(to)?),
            Err(error) => Err(error.try_move_to(to)?),
        })
    }
}

impl<T: Detach, E: Detach> Detach for Result<T, E> {}

/// The box itself is on the heap, and stays there.
impl<T: ArenaAlloc> ArenaAlloc for Box<T> {
    type In<'to> = Box<T::In<'to>>;

    fn footprint(&self) -> Footprint {
        Home::Heap.footprint(size_of::<T>()) + T::footprint(self)
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError> {
        T::try_copy_to(self, to).map(Box::new)
    }

    fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError> {
        T::try_move_to(*self, to).map(Box::new)
    }
}

impl<T: Detach> Detach for Box<T> {}

/// The elements themselves are on the heap, and stay there.
impl<T: ArenaAlloc> ArenaAlloc for Vec<T> {
    type In<'to> = Vec<T::In<'to>>;

    fn footprint(&self) -> Footprint {
        let elements: Footprint = self.iter().map(T::footprint).sum();
        elements + Home::Heap.footprint(self.len() * size_of::<T>())
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError> {
        self.iter().map(|value| value.try_copy_to(to)).collect()
    }

    fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError> {
        self.into_iter()
            .map(|value| value.try_move_to(to))
            .collect()
    }
}

impl<T: Detach> Detach for Vec<T> {}

impl<T: ArenaAlloc, const N: usize> ArenaAlloc for [T; N] {
    type In<'to> = [T::In<'to>; N];

    fn footprint(&self) -> Footprint {
        self.iter().map(T::footprint).sum()
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError> {
        all(self.each_ref().map(|value| value.try_copy_to(to)))
    }

    fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError> {
        all(self.map(|value| value.try_move_to(to)))
    }
}

impl<T: Detach, const N: usize> Detach for [T; N] {}

/// The values, or the first error.
fn all<T, const N: usize>(results: [Result<T, AllocError>; N]) -> Result<[T; N], AllocError> {
    let mut refused = None;
    let values = results.map(|result| result.map_err(|error| refused = Some(error)).ok());
    match refused {
        Some(error) => Err(error),
        None => Ok(values.map(|value| value.expect("no value was refused"))),
    }
}

macro_rules! tuples {
    ($( ($($name:ident $index:tt),+) )*) => { $(
        impl<$($name: ArenaAlloc),+> ArenaAlloc for ($($name,)+) {
            type In<'to> = ($($name::In<'to>,)+);

            fn footprint(&self) -> Footprint {
                [$(self.$index.footprint()),+].into_iter().sum()
            }

            fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError> {
                Ok(($(self.$index.try_copy_to(to)?,)+))
            }

            fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError> {
                Ok(($(self.$index.try_move_to(to)?,)+))
            }
        }

        impl<$($name: Detach),+> Detach for ($($name,)+) {}
    )* };
}

tuples!((A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3));

impl<T: Clone + 'static, L: Label + MayLeave> Detach for PVec<'_, T, L> {}
impl<T: Clone + 'static> Detach for PBox<'_, T> {}
impl<F: Clone + 'static, B: super::Basis> Detach for Poly<'_, F, B> {}
