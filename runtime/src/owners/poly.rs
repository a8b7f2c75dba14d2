//! Polynomials that say in which basis they are.
#![forbid(unsafe_code)]

use super::{ArenaAlloc, Build, Home, PVec};
use crate::arena::Footprint;
use crate::error::AllocError;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// Coefficients, from the constant one upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coeffs {}

/// Evaluations over a coset of a two-adic group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evals<O = Natural>(PhantomData<O>);

/// Evaluation `i` is the one at `shift * g^i`, where `g` generates the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Natural {}

/// Evaluation `i` is the one at `shift * g^j`, where `j` has the bits of `i` in reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitReversed {}

/// The order of evaluations: [`Natural`] or [`BitReversed`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order of evaluations",
    label = "use `Natural` or `BitReversed`"
)]
pub trait Order: sealed::Orders + 'static {
    /// What it is called.
    const NAME: &'static str;
}

/// The basis of a polynomial: [`Coeffs`] or [`Evals`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a basis of polynomials",
    label = "use `Coeffs`, `Evals` or `Evals<BitReversed>`"
)]
pub trait Basis: sealed::Bases + 'static {
    /// What it is called.
    const NAME: &'static str;
}

mod sealed {
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be an order of evaluations",
        label = "`Natural` and `BitReversed` are the only ones"
    )]
    pub trait Orders {}
    impl Orders for super::Natural {}
    impl Orders for super::BitReversed {}

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be a basis of polynomials",
        label = "`Coeffs` and `Evals` are the only ones"
    )]
    pub trait Bases {}
    impl Bases for super::Coeffs {}
    impl<O: super::Order> Bases for super::Evals<O> {}
}

impl Order for Natural {
    const NAME: &'static str = "Evals";
}

impl Order for BitReversed {
    const NAME: &'static str = "Evals, bit-reversed";
}

impl Basis for Coeffs {
    const NAME: &'static str = "Coeffs";
}

impl<O: Order> Basis for Evals<O> {
    const NAME: &'static str = O::NAME;
}

/// A polynomial in an arena, in a basis that its type tells.
///
/// ```
/// use zkarena::{Coeffs, Evals, Poly, with_phase};
///
/// with_phase(|phase| {
///     let coeffs: Poly<'_, u32, Coeffs> = phase.vec_from(&[3, 1]).into();
///     // A transform works in place, and changes the type.
///     let evals: Poly<'_, u32, Evals> = coeffs.transform(|values| {
///         (values[0], values[1]) = (values[0] + values[1], values[0] - values[1]);
///     });
///     assert_eq!((evals[..].to_vec(), evals.log_size()), (vec![4, 2], Some(1)));
/// });
/// ```
///
/// # What it does not do
/// It knows no field and no transform: those are your library's.
pub struct Poly<'ph, F, B: Basis> {
    values: PVec<'ph, F>,
    basis: PhantomData<B>,
}

impl<'ph, F, B: Basis> From<PVec<'ph, F>> for Poly<'ph, F, B> {
    fn from(values: PVec<'ph, F>) -> Self {
        Self {
            values,
            basis: PhantomData,
        }
    }
}

impl<'ph, F, B: Basis> Poly<'ph, F, B> {
    /// The values, whose basis is forgotten.
    pub fn into_vec(self) -> PVec<'ph, F> {
        self.values
    }

    /// The same memory in another basis, after `f` has transformed the values in place.
    pub fn transform<C: Basis>(mut self, f: impl FnOnce(&mut [F])) -> Poly<'ph, F, C> {
        f(&mut self.values);
        self.values.into()
    }

    /// A view to read.
    pub fn view(&self) -> PolyRef<'_, F, B> {
        PolyRef::new(&self.values)
    }

    /// A view to write.
    pub fn view_mut(&mut self) -> PolyMut<'_, F, B> {
        PolyMut::new(&mut self.values)
    }

    /// The base-2 logarithm of the number of values; none if that is not a power of two.
    pub fn log_size(&self) -> Option<u32> {
        self.view().log_size()
    }
}

impl<F, B: Basis> Deref for Poly<'_, F, B> {
    type Target = [F];

    fn deref(&self) -> &[F] {
        &self.values
    }
}

impl<F, B: Basis> DerefMut for Poly<'_, F, B> {
    fn deref_mut(&mut self) -> &mut [F] {
        &mut self.values
    }
}

impl<F: fmt::Debug, B: Basis> fmt::Debug for Poly<'_, F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl<F: Clone, B: Basis> Clone for Poly<'_, F, B> {
    fn clone(&self) -> Self {
        self.values.clone().into()
    }
}

impl<F: PartialEq, B: Basis> PartialEq for Poly<'_, F, B> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<F: Eq, B: Basis> Eq for Poly<'_, F, B> {}

impl<F: Clone + 'static, B: Basis> ArenaAlloc for Poly<'_, F, B> {
    type In<'to> = Poly<'to, F, B>;

    fn footprint(&self) -> Footprint {
        self.values.footprint()
    }

    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Poly<'to, F, B>, AllocError> {
        self.values.try_copy_to(to).map(Poly::from)
    }

    fn try_move_to(self, to: Home<'_>) -> Result<Poly<'_, F, B>, AllocError> {
        self.values.try_move_to(to).map(Poly::from)
    }
}

impl<'ph, F, B: Basis> Build<'ph> for Poly<'ph, F, B> {
    type Item = F;
    type Planned = F;

    fn with_room(home: Home<'ph>, capacity: usize, align: usize) -> Result<Self, AllocError> {
        PVec::with_room(home, capacity, align).map(Self::from)
    }

    fn filled(
        home: Home<'ph>,
        len: usize,
        room: usize,
        align: usize,
        init: impl FnMut(usize) -> F,
    ) -> Result<Self, AllocError> {
        PVec::filled(home, len, room, align, init).map(Self::from)
    }
}

/// A view of a polynomial, to read.
pub struct PolyRef<'a, F, B: Basis> {
    values: &'a [F],
    basis: PhantomData<B>,
}

impl<'a, F, B: Basis> PolyRef<'a, F, B> {
    /// A view of values that are in the basis `B`.
    pub const fn new(values: &'a [F]) -> Self {
        Self {
            values,
            basis: PhantomData,
        }
    }

    /// The values, for as long as they are borrowed.
    pub const fn values(self) -> &'a [F] {
        self.values
    }

    /// The base-2 logarithm of the number of values; none if that is not a power of two.
    pub fn log_size(self) -> Option<u32> {
        let len = self.values.len();
        len.is_power_of_two().then(|| len.ilog2())
    }
}

impl<F, B: Basis> Clone for PolyRef<'_, F, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, B: Basis> Copy for PolyRef<'_, F, B> {}

impl<F, B: Basis> Deref for PolyRef<'_, F, B> {
    type Target = [F];

    fn deref(&self) -> &[F] {
        self.values
    }
}

impl<F: fmt::Debug, B: Basis> fmt::Debug for PolyRef<'_, F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", B::NAME)?;
        f.debug_list().entries(self.values).finish()
    }
}

/// A view of a polynomial, to write.
pub struct PolyMut<'a, F, B: Basis> {
    values: &'a mut [F],
    basis: PhantomData<B>,
}

impl<'a, F, B: Basis> PolyMut<'a, F, B> {
    /// A view of values that are in the basis `B`.
    pub const fn new(values: &'a mut [F]) -> Self {
        Self {
            values,
            basis: PhantomData,
        }
    }

    /// The values, for as long as they are borrowed.
    pub fn values(self) -> &'a mut [F] {
        self.values
    }

    /// The same view in another basis, after `f` has transformed the values in place.
    pub fn transform<C: Basis>(self, f: impl FnOnce(&mut [F])) -> PolyMut<'a, F, C> {
        f(self.values);
        PolyMut::new(self.values)
    }

    /// As a view to read.
    pub fn view(&self) -> PolyRef<'_, F, B> {
        PolyRef::new(self.values)
    }
}

impl<F, B: Basis> Deref for PolyMut<'_, F, B> {
    type Target = [F];

    fn deref(&self) -> &[F] {
        self.values
    }
}

impl<F, B: Basis> DerefMut for PolyMut<'_, F, B> {
    fn deref_mut(&mut self) -> &mut [F] {
        self.values
    }
}

impl<F: fmt::Debug, B: Basis> fmt::Debug for PolyMut<'_, F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}
