//! A name and a count, before there is a phase.
#![forbid(unsafe_code)]

use super::{Books, Reserved, expect};
use crate::error::AllocError;
use crate::owners::PVec;
use crate::phase::{Bound, Phase, Plan};
use std::alloc::Layout;
use std::fmt;
use std::marker::PhantomData;

/// How many elements of type `T` a phase will have under a name: counted before it opens, part of its
/// [`Plan`], and opened in it as a [`Reserved`] vector.
///
/// [`#[zk_phase(reserve(..))]`](macro@crate::zk_phase) makes them; by hand it is this, with the
/// vectors opened in the order in which they are planned:
///
/// ```
/// use zkarena::{PhaseGuard, Plan, Reservation, site};
///
/// let (refunds, events) = (Reservation::exact("refunds", 1000), Reservation::at_most("events", 300));
/// let plan = events.in_plan(refunds.in_plan(Plan::new().budget(8 << 10)));
/// let guard = PhaseGuard::try_root(site!("replay"), plan)?; // an error if they do not fit
/// let mut refunds = refunds.open(guard.handle());
/// let mut events = events.open(guard.handle());
/// refunds.push(7u32);
/// events.push([1u8, 2]);
/// assert_eq!((refunds.room(), events.room()), (999, 299));
/// # Ok::<(), zkarena::AllocError>(())
/// ```
pub struct Reservation<T> {
    name: &'static str,
    count: usize,
    bound: Bound,
    element: PhantomData<fn() -> T>,
}

impl<T> Reservation<T> {
    const fn new(name: &'static str, count: usize, bound: Bound) -> Self {
        Self {
            name,
            count,
            bound,
            element: PhantomData,
        }
    }

    /// There will be `count` elements. Fewer are no error: the report says how many were left out.
    pub const fn exact(name: &'static str, count: usize) -> Self {
        Self::new(name, count, Bound::Exact)
    }

    /// There will be `bound` elements at most.
    pub const fn at_most(name: &'static str, bound: usize) -> Self {
        Self::new(name, bound, Bound::AtMost)
    }

    /// Nobody knows: the vector grows, and the report says how long it became.
    pub const fn unknown(name: &'static str) -> Self {
        Self::new(name, 0, Bound::Unknown)
    }

    /// Bytes of the elements; `None` if no address space holds them.
    pub const fn bytes(&self) -> Option<usize> {
        self.count.checked_mul(size_of::<T>())
    }

    /// A plan with room for them in addition: a phase that has no room for all does not open.
    pub fn in_plan(&self, plan: Plan) -> Plan {
        match self.bound {
            Bound::Unknown => plan,
            Bound::Exact | Bound::AtMost => plan.count(self.name, self.count, Layout::new::<T>()),
        }
    }

    /// The vector, empty, in a phase whose plan has room for it (or anywhere: then it takes memory of its own).
    ///
    /// # Panics
    /// If memory is refused; see [`try_open`](Self::try_open).
    #[track_caller]
    pub fn open(self, phase: Phase<'_>) -> Reserved<'_, T> {
        expect(self.try_open(phase))
    }

    /// As [`open`](Self::open).
    ///
    /// # Errors
    /// [`AllocError`] if a limit or the system refuses the memory.
    pub fn try_open(self, phase: Phase<'_>) -> Result<Reserved<'_, T>, AllocError> {
        let vec = PVec::try_with_capacity_in(self.count, phase)?;
        let mut reserved = Reserved::bounded(vec, self.count);
        if self.bound == Bound::Unknown {
            // Elements without bytes have all the room there is.
            (reserved.bound, reserved.limit) = (None, reserved.vec.capacity());
        }
        reserved.books = Some(Books {
            phase,
            name: self.name,
            bound: self.bound,
            most: 0,
            growths: 0,
            abandoned_bytes: 0,
        });
        Ok(reserved)
    }
}

// Not derived: that would ask the same of `T`.
impl<T> Clone for Reservation<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reservation<T> {}

impl<T> fmt::Debug for Reservation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reservation")
            .field("name", &self.name)
            .field("count", &self.count)
            .field("bound", &self.bound)
            .finish()
    }
}
