//! Stand-in until `zkarena::ops` is merged.
#![forbid(unsafe_code)]
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Debug)]
pub(crate) struct MemoryGate(Arc<Mutex<(u64, u64)>>);
#[derive(Debug)]
pub(crate) struct Permit(MemoryGate, u64);

impl MemoryGate {
    pub(crate) fn new(capacity: u64) -> Self {
        Self(Arc::new(Mutex::new((capacity, 0))))
    }
    pub(crate) fn capacity(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }
    pub(crate) fn reserved(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
    pub(crate) fn set_capacity(&self, bytes: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = bytes
    }
    pub(crate) fn try_reserve(&self, bytes: u64) -> Option<Permit> {
        let mut s = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if s.1 + bytes > s.0 {
            return None;
        }
        s.1 += bytes;
        drop(s);
        Some(Permit(self.clone(), bytes))
    }
}
impl Drop for Permit {
    fn drop(&mut self) {
        (self.0.0.lock().unwrap_or_else(PoisonError::into_inner)).1 -= self.1
    }
}
