//! The impls trigger no lint, not even those that nobody turns on.
#![deny(
    warnings,
    unused,
    nonstandard_style,
    future_incompatible,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unnameable_types,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
use zkarena::{ArenaAlloc, Detach, PVec};

mod private {
    use zkarena::{ArenaAlloc, Detach, PVec};

    #[derive(Clone, Copy, Debug)]
    struct Meta(());

    /// A public type in a private module, one of its fields of a private type.
    #[derive(ArenaAlloc, Detach, Debug)]
    #[arena(new(rows, unused: u8))]
    pub(crate) struct Columns<'ph, F> {
        #[arena(len = rows)]
        indices: PVec<'ph, usize>,
        #[arena(scratch, reserve = rows)]
        values: PVec<'ph, F>,
        next: Option<Box<Columns<'ph, F>>>,
        #[arena(skip)]
        meta: Meta,
        #[arena(skip, init = unused)]
        byte: u8,
    }

    impl<F> Columns<'_, F> {
        pub(crate) fn count(&self) -> usize {
            let Meta(()) = self.meta;
            let next = self.next.as_ref().map_or(0, |next| next.count());
            self.indices.len() + self.values.len() + usize::from(self.byte) + next
        }

        pub(crate) fn take(self) -> (PVec<'static, usize>, Option<()>)
        where
            F: Clone + 'static,
        {
            let detached = self.detach();
            (detached.indices, detached.next.map(|_| ()))
        }
    }
}

/// Public in every way.
#[derive(ArenaAlloc, Detach, Debug)]
#[arena(new(rows))]
pub struct Columns<'ph> {
    /// Values.
    #[arena(len = rows)]
    pub values: PVec<'ph, u32>,
}

/// Nothing in it.
#[derive(ArenaAlloc, Detach, Clone, Copy, Debug)]
pub struct Unit;

/// One or the other.
#[derive(ArenaAlloc, Detach, Clone, Copy, Debug)]
pub enum Plain {
    /// One.
    A,
    /// The other.
    B,
}

fn main() {
    let count = private::Columns::<u8>::count;
    let take = private::Columns::<u8>::take;
    let _ = (count, take, Plain::B, Unit, Plain::A);
}
