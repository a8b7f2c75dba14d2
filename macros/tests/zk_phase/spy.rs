//! A facade for `#[zk_phase(crate = spy)]` and `#[witness(crate = spy)]` that only keeps notes.

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
    use std::fmt::{self, Display, Formatter};
    use std::marker::PhantomData;

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

    /// `reserve` and `budget`, and whether it is a witness's.
    #[derive(Clone, Copy)]
    pub(crate) struct Plan(Option<usize>, Option<usize>, bool);

    impl Plan {
        pub(crate) const fn new() -> Self {
            Self(None, None, false)
        }

        pub(crate) fn reserve(self, bytes: usize) -> Self {
            Self(Some(bytes), self.1, self.2)
        }

        pub(crate) fn budget(self, bytes: usize) -> Self {
            Self(self.0, Some(bytes), self.2)
        }

        pub(crate) fn witness(self) -> Self {
            Self(self.0, self.1, true)
        }
    }

    impl Display for Plan {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            let Self(reserve, budget, witness) = self;
            reserve.map_or(Ok(()), |bytes| write!(f, " reserving {bytes}"))?;
            budget.map_or(Ok(()), |bytes| write!(f, " within {bytes}"))?;
            f.write_str(if *witness { " wiped" } else { "" })
        }
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Phase<'ph>(pub(crate) &'ph str);

    #[derive(Debug)]
    pub(crate) struct AllocError;

    pub(crate) struct PhaseGuard<'parent>(&'static str, PhantomData<&'parent str>);

    impl<'parent> PhaseGuard<'parent> {
        pub(crate) fn root(site: &'static Site, plan: Plan) -> PhaseGuard<'static> {
            OPENED.set(Some(site));
            note(format!("open {}{plan}", site.name));
            PhaseGuard(site.name, PhantomData)
        }

        /// Has no room for a plan with a budget.
        pub(crate) fn try_root(
            site: &'static Site,
            plan: Plan,
        ) -> Result<PhaseGuard<'static>, AllocError> {
            if plan.1.is_some() {
                return Err(AllocError);
            }
            Ok(Self::root(site, plan))
        }

        pub(crate) fn child(parent: Phase<'parent>, site: &'static Site, plan: Plan) -> Self {
            note(format!("open {} in {}{plan}", site.name, parent.0));
            Self(site.name, PhantomData)
        }

        pub(crate) fn handle(&self) -> Phase<'_> {
            Phase(self.0)
        }
    }

    impl Drop for PhaseGuard<'_> {
        fn drop(&mut self) {
            note(format!("end {}", self.0));
        }
    }

    pub(crate) struct ThreadWipe;

    impl ThreadWipe {
        pub(crate) const fn at_end() -> Self {
            Self
        }
    }

    impl Drop for ThreadWipe {
        fn drop(&mut self) {
            note("wipe thread");
        }
    }

    pub(crate) struct Apart<F>(Option<F>);

    impl<F> Apart<F> {
        pub(crate) const fn new<R>(body: F) -> Self
        where
            F: FnOnce() -> R,
        {
            Self(Some(body))
        }

        pub(crate) fn run<R>(&mut self) -> R
        where
            F: FnOnce() -> R,
        {
            self.0.take().expect("runs once")()
        }
    }

    impl<F> Drop for Apart<F> {
        fn drop(&mut self) {
            note("wipe captures");
        }
    }

    pub(crate) struct Secret<T>(T);

    impl<T> Secret<T> {
        pub(crate) fn new(value: T) -> Self {
            note("secret");
            Self(value)
        }

        pub(crate) fn declassify(self) -> T {
            self.0
        }
    }
}
