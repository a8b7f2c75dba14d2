//! Types that stay on one thread, and why, in words: the compiler would speak of raw pointers, once
//! for each.
//!
//! The bounds are never met, for the traits have no implementations; what they are for is the text.

use super::Local;
use crate::phase::PhaseGuard;
use std::marker::PhantomData;

/// Something to have a bound on: one without a lifetime would be an error right here.
type Anything<'a> = PhantomData<&'a ()>;

#[diagnostic::on_unimplemented(
    message = "a `Local` stays on the thread that made it",
    label = "take the phase along and call `.local()` there, as in `map_init(|| phase.local(), ..)`"
)]
pub(crate) trait LocalMayLeave {}

// SAFETY: the bound is never met.
unsafe impl<'ph> Send for Local<'ph> where Anything<'ph>: LocalMayLeave {}
// SAFETY: the bound is never met.
unsafe impl<'ph> Sync for Local<'ph> where Anything<'ph>: LocalMayLeave {}

#[diagnostic::on_unimplemented(
    message = "a `PhaseGuard` stays on the thread that opened it",
    label = "take its handle along: `let phase = guard.handle();`"
)]
pub(crate) trait GuardMayLeave {}

// SAFETY: the bound is never met.
unsafe impl<'parent> Send for PhaseGuard<'parent> where Anything<'parent>: GuardMayLeave {}
// SAFETY: the bound is never met.
unsafe impl<'parent> Sync for PhaseGuard<'parent> where Anything<'parent>: GuardMayLeave {}
