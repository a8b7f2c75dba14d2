//! What `#[derive(KeyedState)]` implements, and what it asks of keys and fields.
#![forbid(unsafe_code)]

use super::undo::Logs;
use std::hash::Hash;

/// What is known of a key: the fields of a struct, each with the rollback domain that it belongs to.
///
/// Derive it: `#[derive(KeyedState)]` makes `SlotStates<'ph>` of a `struct Slot`, which holds one packed
/// entry per key, and `SlotEntry`, which reads and changes one. See [`States`](crate::States) for both.
pub trait KeyedState: Sized {
    /// What entries are found by.
    type Key: StateKey;

    #[doc(hidden)]
    type Packed: Copy;

    #[doc(hidden)]
    type Logs<'ph>: Logs<'ph, Self::Packed>;

    #[doc(hidden)]
    fn key(packed: &Self::Packed) -> &Self::Key;

    #[doc(hidden)]
    fn unpacked(packed: &Self::Packed) -> Self;
}

/// A rollback domain of a state: `SlotFrame` is that of `domains(frame)` in a `struct Slot`.
pub trait RollbackDomain {
    /// Whose domain it is.
    type State: KeyedState;

    #[doc(hidden)]
    const LEVEL: usize;
}

/// Keys: copied into their entry, compared and hashed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a keyed state",
    label = "a key is `Copy`, `Eq` and `Hash`, and borrows nothing",
    note = "derive `Clone, Copy, PartialEq, Eq, Hash` for it; with `PartialOrd, Ord` the entries can be sorted"
)]
pub trait StateKey: Copy + Eq + Hash + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Copy + Eq + Hash + 'static> StateKey for T {}

/// Values of fields: copied into an entry and into undo logs, compared to see whether anything changes.
///
/// The place of an absent one is filled with the default.
pub trait Fact: Copy + Default + PartialEq + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Copy + Default + PartialEq + 'static> Fact for T {}

/// What entries keep a field `T` as: itself, if it is a fact.
///
/// The type is no `Self`: rustc would speak of the first bound that `Self` lacks, and not of this trait.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a field of a keyed state",
    label = "a field is `Copy`, `Default` and `PartialEq`, and borrows nothing",
    note = "derive `Clone, Copy, Default, PartialEq` for it; what owns memory is kept elsewhere, and its number in the entry"
)]
pub trait Keep<T> {
    /// Itself.
    type Kept: Fact;
}

/// What keeps facts.
#[derive(Debug)]
pub struct Entries;

#[diagnostic::do_not_recommend]
impl<T: Fact> Keep<T> for Entries {
    type Kept = T;
}
