//! What proofs of a statement have in common, kept from one to the next.
#![forbid(unsafe_code)]

use crate::prove::Keys;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zkarena_statements::Statement;

/// The most bytes of keys that are kept; those in use are kept in any case.
const MOST: u64 = 64 << 20;

/// Keys by statement.
#[derive(Debug, Default)]
pub(crate) struct KeyRing(Mutex<HashMap<Statement, Arc<Keys>>>);

impl KeyRing {
    /// The keys of a statement, for as long as they are held.
    pub(crate) fn of(&self, statement: Statement) -> Arc<Keys> {
        let mut ring = self.ring();
        if let Some(keys) = ring.get(&statement) {
            return Arc::clone(keys);
        }
        let kept: u64 = ring.keys().map(|&kept| Keys::weight(kept)).sum();
        if kept + Keys::weight(statement) > MOST {
            ring.retain(is_in_use);
        }
        let keys = Arc::new(Keys::new(statement));
        ring.insert(statement, Arc::clone(&keys));
        keys
    }

    /// Drops those that no proof uses.
    pub(crate) fn evict(&self) {
        self.ring().retain(is_in_use);
    }

    fn ring(&self) -> MutexGuard<'_, HashMap<Statement, Arc<Keys>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_in_use(_: &Statement, keys: &mut Arc<Keys>) -> bool {
    Arc::strong_count(keys) > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    #[test]
    fn only_what_is_in_use_survives_an_eviction() {
        let statement = |log_rows| Statement::new(Kind::Keccak, log_rows).expect("a valid size");
        let ring = KeyRing::default();
        let (used, unused) = (
            ring.of(statement(5)),
            Arc::downgrade(&ring.of(statement(6))),
        );
        ring.evict();
        assert!(Arc::ptr_eq(&used, &ring.of(statement(5))));
        assert_eq!(unused.strong_count(), 0);
    }
}
