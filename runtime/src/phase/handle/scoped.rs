//! A phase as a closure.
#![forbid(unsafe_code)]

use super::phase::Phase;
use crate::phase::{PhaseGuard, Plan, Site};
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;

/// The handle of a phase that a closure runs in; dereferences to [`Phase`].
///
/// `'env` is what the closure may borrow: everything that outlives the phase.
#[derive(Clone, Copy, Debug)]
pub struct ScopedPhase<'ph, 'env: 'ph> {
    phase: Phase<'ph>,
    env: PhantomData<&'env ()>,
}

impl<'ph> Deref for ScopedPhase<'ph, '_> {
    type Target = Phase<'ph>;

    fn deref(&self) -> &Self::Target {
        &self.phase
    }
}

/// Runs a closure in a phase of its own.
///
/// In functions `#[zk_phase]` says the same with less; this form is for places where an attribute
/// cannot stand. What the closure returns must not borrow from the phase.
///
/// ```
/// let sum = zkarena::with_phase(|phase| {
///     let squares = phase.slice_with(10, |n| n * n);
///     squares.iter().sum::<usize>()
/// });
/// assert_eq!(sum, 285);
/// ```
///
/// # Panics
/// If memory for the phase itself is refused, or if `f` panics; the phase ends first.
#[track_caller]
pub fn with_phase<'env, R>(f: impl for<'ph> FnOnce(ScopedPhase<'ph, 'env>) -> R) -> R {
    let caller = Location::caller();
    let site = Site::new("with_phase", "", caller.file(), caller.line());
    let guard = PhaseGuard::root(&site, Plan::new());
    f(ScopedPhase {
        phase: guard.handle(),
        env: PhantomData,
    })
}
