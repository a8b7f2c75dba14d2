//! What several test files share.
#![allow(
    dead_code,
    reason = "each test file is a crate of its own and uses its share"
)]

pub(crate) mod block;
pub(crate) mod child;
pub(crate) mod disk;
pub(crate) mod library;
pub(crate) mod memory;
pub(crate) mod random;
pub(crate) mod refuse;
pub(crate) mod scan;
pub(crate) mod secrets;

use std::sync::{Mutex, MutexGuard};

/// One kibibyte, mebibyte, gibibyte.
pub(crate) const KIB: usize = 1 << 10;
pub(crate) const MIB: usize = 1 << 20;
pub(crate) const GIB: usize = 1 << 30;
/// The heap's page.
pub(crate) const PAGE: usize = 4 * KIB;

/// A figure of a report or of a phase, to be compared with sizes.
pub(crate) fn size(figure: u64) -> usize {
    usize::try_from(figure).expect("a size")
}

/// Ends a test that this machine cannot run: with a printed reason, and under `CI=true` as a failure.
pub(crate) fn skip_or_fail(reason: &str) {
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!ci, "skipped under CI: {reason}");
    println!("skipped: {reason}");
}

/// The tests of a file that look at the whole process take turns: hold this for the whole test.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
