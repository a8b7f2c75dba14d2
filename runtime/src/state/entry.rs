//! The entry of a key, borrowed.
#![forbid(unsafe_code)]

use super::KeyedState;
use std::fmt;

/// The entry of one key: what a `SlotEntry` of the derive stands on.
pub struct StateEntry<'a, 'ph, S: KeyedState> {
    pub(super) number: u32,
    pub(super) is_new: bool,
    pub(super) packed: &'a mut S::Packed,
    pub(super) logs: &'a mut S::Logs<'ph>,
}

impl<'ph, S: KeyedState> StateEntry<'_, 'ph, S> {
    /// The key.
    pub fn key(&self) -> &S::Key {
        S::key(self.packed)
    }

    /// The fields as they are now.
    pub fn get(&self) -> S {
        S::unpacked(self.packed)
    }

    /// How many keys came before this one.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Whether the key was not there before.
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    #[doc(hidden)]
    #[inline]
    pub const fn packed(&self) -> &S::Packed {
        self.packed
    }

    #[doc(hidden)]
    #[inline]
    pub const fn parts(&mut self) -> (u32, &mut S::Packed, &mut S::Logs<'ph>) {
        (self.number, self.packed, self.logs)
    }
}

/// Without the content: a state may be a secret.
impl<S: KeyedState> fmt::Debug for StateEntry<'_, '_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = &self.number;
        f.debug_struct("StateEntry")
            .field("number", number)
            .finish_non_exhaustive()
    }
}
