//! Buffers for reading and writing: of one size, aligned to pages, and no more than were announced.

use super::error::StoreError;
use super::file::lock;
use crate::layout::{PAGE, round_up};
use crate::os::Advice;
use crate::region::Region;
use crate::wipe::wipe;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// All buffers of a store.
///
/// A buffer is *parked* while code outside the store decides how long it is held: in an unfinished
/// writing, or in a tile. All others come back by themselves, so waiting for them ends.
///
/// # Invariants
/// 1. `free` has each buffer that no [`Buffer`] is, once.
/// 2. All of `region` is committed.
/// 3. Nobody ever had a buffer whose number is not below `used`.
#[derive(Debug)]
pub(super) struct Buffers {
    region: Region,
    bytes_each: usize,
    count: usize,
    /// What was in them is not to stay in memory.
    secret: bool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// The one given back last is taken next, so that pages of few are touched.
    free: Vec<usize>,
    parked: usize,
    used: usize,
}

impl Buffers {
    /// Buffers of `bytes_each` bytes in whole pages, `count` of them.
    pub(super) fn new(bytes_each: usize, count: usize, secret: bool) -> Result<Self, StoreError> {
        let bytes_each = round_up(bytes_each, PAGE);
        let bytes = bytes_each * count;
        let refused = StoreError::Memory {
            wanted: bytes as u64,
        };
        let region = Region::reserve(bytes).ok_or(refused.clone())?;
        if !region.commit(bytes) {
            return Err(refused);
        }
        if secret {
            region.advise(Advice::NoDump);
            region.advise(Advice::WipeOnFork);
        }
        let state = State {
            free: (0..count).rev().collect(),
            parked: 0,
            used: 0,
        };
        Ok(Self {
            region,
            bytes_each,
            count,
            secret,
            state: Mutex::new(state),
            changed: Condvar::new(),
        })
    }

    /// Bytes of a buffer.
    pub(super) fn bytes_each(&self) -> usize {
        self.bytes_each
    }

    /// A buffer; waits for one unless all are parked. `park`: whether this one is from the start.
    pub(super) fn take(self: &Arc<Self>, park: bool) -> Result<Buffer, StoreError> {
        let mut state = lock(&self.state);
        loop {
            if let Some(at) = state.free.pop() {
                return Ok(self.hand_out(&mut state, at, park));
            }
            if state.parked == self.count {
                return Err(StoreError::Buffers {
                    budget: (self.bytes_each * self.count) as u64,
                });
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A buffer for what can wait, if enough are free for what cannot.
    pub(super) fn spare(self: &Arc<Self>, park: bool) -> Option<Buffer> {
        let mut state = lock(&self.state);
        if state.free.len() <= self.count / 4 {
            return None;
        }
        let at = state.free.pop()?;
        Some(self.hand_out(&mut state, at, park))
    }

    fn hand_out(self: &Arc<Self>, state: &mut State, at: usize, parked: bool) -> Buffer {
        state.used = state.used.max(at + 1);
        state.parked += usize::from(parked);
        if parked {
            self.changed.notify_all(); // who waits may do so in vain now
        }
        Buffer {
            // SAFETY: a number below `count` times the size of each stays inside the region.
            start: unsafe { self.region.base().add(at * self.bytes_each) },
            at,
            parked,
            buffers: Arc::clone(self),
        }
    }

    /// Overwrites what anybody had. Pages of the others would only come into memory by that.
    fn wipe(&mut self) {
        let used = lock(&self.state).used * self.bytes_each;
        // SAFETY: committed (invariant 2), and without a `Buffer` nobody has any of it.
        unsafe { wipe(self.region.base(), used) };
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        if self.secret {
            self.wipe();
        }
    }
}

/// One buffer, given back when dropped.
///
/// # Invariants
/// 1. `start` is where number `at` of `buffers` begins, and it is not in their free list.
#[derive(Debug)]
pub(super) struct Buffer {
    start: NonNull<u8>,
    at: usize,
    parked: bool,
    buffers: Arc<Buffers>,
}

// SAFETY: the buffer is memory that is ours alone (invariant 1), without an owner thread.
unsafe impl Send for Buffer {}
// SAFETY: a shared `Buffer` can only be read.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// From now on it comes back by itself.
    pub(super) fn unpark(&mut self) {
        if std::mem::take(&mut self.parked) {
            lock(&self.buffers.state).parked -= 1;
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: committed memory that reads zero until it is written, ours alone (invariant 1), borrowed.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.buffers.bytes_each) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.buffers.bytes_each) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut state = lock(&self.buffers.state);
        state.free.push(self.at);
        state.parked -= usize::from(self.parked);
        self.buffers.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_do_not_overlap_and_are_aligned() {
        let buffers = Arc::new(Buffers::new(2 * PAGE, 3, true).expect("room"));
        let mut held: Vec<Buffer> = (0..3).map(|_| buffers.take(false).expect("free")).collect();
        for (buffer, byte) in held.iter_mut().zip(1..) {
            assert!(buffer.as_ptr().addr().is_multiple_of(PAGE));
            buffer.fill(byte);
        }
        for (buffer, byte) in held.iter().zip(1..) {
            assert!(buffer.len() == 2 * PAGE && buffer.iter().all(|&found| found == byte));
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_nobody_used_is_not_touched() {
        let mut buffers = Arc::new(Buffers::new(2 * PAGE, 8, true).expect("room"));
        let mut both = [
            buffers.take(false).expect("free"),
            buffers.take(true).expect("free"),
        ];
        for buffer in &mut both {
            buffer.fill(7);
        }
        drop(both);
        buffers.take(false).expect("free").fill(7);
        let all = Arc::get_mut(&mut buffers).expect("all are back");
        all.wipe();
        let mut pages = [0; 16];
        assert!(crate::os::resident(all.region.base(), &mut pages));
        let resident = pages.map(|page| page & 1);
        assert_eq!(resident, [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let both = [true, true].map(|park| buffers.take(park).expect("free"));
        assert!(
            both.iter()
                .all(|buffer| buffer.iter().all(|&byte| byte == 0))
        );
    }

    #[test]
    fn nobody_waits_for_what_never_comes() {
        let buffers = Arc::new(Buffers::new(PAGE, 2, false).expect("room"));
        let (first, mut second) = (
            buffers.take(true).expect("free"),
            buffers.take(true).expect("free"),
        );
        assert!(matches!(
            buffers.take(true),
            Err(StoreError::Buffers { .. })
        ));
        second.unpark();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| buffers.take(true));
            drop(second);
            assert!(waits.join().expect("no panic").is_ok());
        });
        drop(first);
        assert!(buffers.spare(false).is_some());
    }

    #[test]
    fn what_can_wait_leaves_some_free() {
        let buffers = Arc::new(Buffers::new(PAGE, 8, false).expect("room"));
        let held: Vec<Buffer> = std::iter::from_fn(|| buffers.spare(false)).collect();
        assert_eq!(held.len(), 6);
        assert!(buffers.take(false).is_ok());
    }
}
