//! What proofs of a statement have in common, kept from one to the next.
#![forbid(unsafe_code)]

use crate::prove::Keys;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use zkarena_statements::Statement;

/// Stand-in until `zkarena::ops` is merged.
#[derive(Debug, Default)]
pub(crate) struct KeyRing(Mutex<HashMap<Statement, Arc<Keys>>>);

impl KeyRing {
    pub(crate) fn of(&self, statement: Statement) -> Arc<Keys> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            map.entry(statement)
                .or_insert_with(|| Arc::new(Keys::new(statement))),
        )
    }
}
