//! A facade for `#[zk_phase(crate = spy)]` that only keeps notes.

use __private::Site;
use std::cell::{Cell, RefCell};

thread_local! {
    static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static OPENED: Cell<Option<&'static Site>> = const { Cell::new(None) };
}

/// Adds to this thread's notes.
pub(crate) fn note(note: impl Into<String>) {
    NOTES.with_borrow_mut(|notes| notes.push(note.into()));
}

/// What was noted on this thread since the last call.
pub(crate) fn notes() -> Vec<String> {
    NOTES.take()
}

/// The site of the phase that `function` opens.
pub(crate) fn site_of(function: fn()) -> &'static Site {
    function();
    OPENED.take().expect("the function has a phase")
}

/// A value that notes when it is dropped.
pub(crate) struct Noisy(pub(crate) &'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        note(format!("drop {}", self.0));
    }
}

/// What generated code names.
pub(crate) mod __private {
    use super::{OPENED, note};

    pub(crate) struct Site {
        pub(crate) name: &'static str,
        pub(crate) module: &'static str,
        pub(crate) file: &'static str,
        pub(crate) line: u32,
    }

    impl Site {
        pub(crate) const fn new(
            name: &'static str,
            module: &'static str,
            file: &'static str,
            line: u32,
        ) -> Self {
            Self {
                name,
                module,
                file,
                line,
            }
        }
    }

    pub(crate) struct PhaseGuard(&'static Site);

    impl PhaseGuard {
        pub(crate) fn open(site: &'static Site) -> Self {
            OPENED.set(Some(site));
            note(format!("open {}", site.name));
            Self(site)
        }
    }

    impl Drop for PhaseGuard {
        fn drop(&mut self) {
            note(format!("end {}", self.0.name));
        }
    }
}
