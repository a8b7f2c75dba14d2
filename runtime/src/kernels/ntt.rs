//! The transform, as people ask for it.
#![forbid(unsafe_code)]

use super::error::KernelError;
use super::field::{Direction, NttField};
use super::four_step::FourStep;
use super::split::{self, Way};
use crate::size::Bytes;
use crate::store::{Store, StoreError, Stored};

/// Two to this many elements are more than any file has.
const MOST: usize = 56;

/// A number-theoretic transform of a polynomial that lies in a store: forward from coefficients to
/// evaluations, inverse back.
///
/// With `w` the library's generator of the group of `N = 2^log_size` elements, and `s` the shift (one, if
/// none is named), the forward transform of coefficients `a` has the elements `a(s), a(s w), a(s w^2), ..`:
/// evaluations on a coset of the group, in natural order. The inverse takes evaluations in that order, and
/// its coefficients begin with the constant one. Fewer coefficients than `N` are those of a polynomial of
/// smaller degree, so a larger `log_size` makes a low-degree extension.
///
#[cfg_attr(feature = "arkworks", doc = "```")]
#[cfg_attr(not(feature = "arkworks"), doc = "```ignore")]
/// use ark_bn254::Fr;
/// use ark_ff::FftField;
/// use zkarena::Bytes;
/// use zkarena::kernels::Ntt;
///
/// # let store = zkarena::StorePlan::new().open()?;
/// let coefficients: Vec<Fr> = (0..1u64 << 10).map(Fr::from).collect();
/// let mut writing = store.write(1 << 10)?;
/// writing.append(&coefficients)?;
/// let polynomial = writing.freeze()?;
///
/// let memory = Bytes::parse("16MiB")?;
/// let on_coset = Ntt::forward(memory).shift(Fr::GENERATOR);
/// let extension = on_coset.run(&store, &polynomial, 12)?; // four times as many evaluations
///
/// let back = Ntt::inverse(memory).shift(Fr::GENERATOR);
/// let again = back.run(&store, &extension, 12)?;
/// let mut found = vec![Fr::GENERATOR; 1 << 12];
/// again.read_into(0..1 << 12, &mut found)?;
/// assert_eq!(found[..1 << 10], coefficients);
/// assert_eq!(found[1 << 10..], [Fr::from(0); 3 << 10]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # How
/// If twice the data fits in the memory, it is transformed there: one read, one write. If not, by the
/// four-step algorithm (D. H. Bailey, *FFTs in external or hierarchical memory*, The Journal of
/// Supercomputing 4, 1990): the data is a matrix of about `sqrt(N)` columns; the first pass reads it in
/// bands of columns, transforms those, multiplies by the powers of `w` that belong between, and writes;
/// the second transforms bands of rows. So the data is read twice and written twice, however small the
/// memory, and takes three times its size on the disk meanwhile, the input included.
///
/// # Memory
/// `memory` is for the bands. Besides there are at most a sixty-fourth of it and ten times `sqrt(N)` elements
/// in tables, and the store's buffers, which were announced with the store. Pages are the least that is
/// read or written, so two passes take a page's bytes times `sqrt(N)` at least: 16 MiB for 2^24 elements,
/// 256 MiB for 2^32. [`least_memory`](Self::least_memory) says it exactly.
///
/// # What it does not do
/// It does not read while it transforms, but for a few tiles; it writes behind. What is in memory lies on
/// the heap: if it is secret, call it in a witness phase, and use a store that encrypts.
#[derive(Clone, Copy, Debug)]
pub struct Ntt<F> {
    direction: Direction,
    shift: F,
    memory: Bytes,
}

impl<F: NttField> Ntt<F> {
    /// From coefficients to evaluations, in `memory`.
    #[must_use]
    pub fn forward(memory: Bytes) -> Self {
        Self::new(Direction::Forward, memory)
    }

    /// From evaluations to coefficients, in `memory`.
    #[must_use]
    pub fn inverse(memory: Bytes) -> Self {
        Self::new(Direction::Inverse, memory)
    }

    fn new(direction: Direction, memory: Bytes) -> Self {
        Self {
            direction,
            shift: F::ONE,
            memory,
        }
    }

    /// Evaluations are those on `shift` times the group, and not on the group itself.
    #[must_use]
    pub fn shift(mut self, shift: F) -> Self {
        self.shift = shift;
        self
    }

    /// The least memory that transforms two to the `log_size` elements.
    ///
    /// # Panics
    /// If the field has no group of that size.
    pub fn least_memory(log_size: usize) -> Bytes {
        check_size::<F>(log_size);
        split::least(log_size, size_of::<F>())
    }

    /// Transforms `input` to two to the `log_size` elements in the same store.
    ///
    /// # Errors
    /// [`KernelError::Memory`] if the memory is too small, before anything is read;
    /// [`KernelError::Store`] if the store fails, or has no room for the result and what is between;
    /// with [`StoreError::TileApart`] if the input was written in tiles that are not whole pages, and
    /// does not fit in the memory.
    ///
    /// # Panics
    /// If the field has no group of that size, if there are more coefficients or another number of
    /// evaluations, if the shift is zero, or if the input is another store's.
    pub fn run(
        &self,
        store: &Store,
        input: &Stored<F>,
        log_size: usize,
    ) -> Result<Stored<F>, KernelError> {
        check_size::<F>(log_size);
        let enough = match self.direction {
            Direction::Forward => input.len() <= 1 << log_size,
            Direction::Inverse => input.len() == 1 << log_size,
        };
        assert!(enough, "{} elements for 2^{log_size}", input.len());
        let done = match split::choose(log_size, size_of::<F>(), self.memory)? {
            Way::Whole => self.whole(store, input, 1 << log_size),
            Way::Passes(split) => {
                FourStep::new(store, split, self.direction, self.shift).run(input)
            }
        };
        Ok(done?)
    }

    /// Transforms in memory.
    fn whole(
        &self,
        store: &Store,
        input: &Stored<F>,
        size: usize,
    ) -> Result<Stored<F>, StoreError> {
        let mut writing = store.write(size)?;
        let mut values = vec![F::ZERO; size];
        input.read_into(0..input.len(), &mut values[..input.len()])?;
        let values = F::transform(&F::Tables::default(), values, 1, self.direction, self.shift);
        writing.append(&values)?;
        writing.freeze()
    }
}

fn check_size<F: NttField>(log_size: usize) {
    let most = F::LOG_MOST.min(MOST);
    assert!(
        log_size <= most,
        "a transform over this field has 2^{most} elements at most, not 2^{log_size}"
    );
}
