//! Where in the source a phase is opened.
#![forbid(unsafe_code)]

use crate::sync::atomic::{AtomicU64, Ordering};

/// A place in the source that opens a phase: one per `#[zk_phase]`, one per call of [`phase`](fn@crate::phase).
///
/// Best a `static`, as [`site!`](crate::site) makes one: it remembers its place in the reports, which
/// makes opening its phase cheap.
#[derive(Debug)]
pub struct Site {
    pub(crate) place: Place,
    /// The node of the last phase opened here, and the node around it, each plus one; see [`Site::known`].
    known: AtomicU64,
}

/// A `&'static Site` for this place in the source, which is called by a constant name.
///
/// ```
/// use zkarena::{PhaseGuard, Plan, site};
///
/// let mut guard = PhaseGuard::root(site!("grind"), Plan::new());
/// for round in 0..3u64 {
///     guard.reset();
///     assert_eq!(*guard.handle().alloc(round), round);
/// }
/// ```
///
/// Each call is a place of its own, and the same one whenever it is passed: in a loop, and for each
/// type of a generic function.
#[macro_export]
macro_rules! site {
    () => {
        ::core::compile_error!("a phase has a name: write `site!(\"fold\")`")
    };
    ($name:expr $(,)?) => {{
        // Items have no hygiene: the name must not be one that a constant in `$name` has.
        static __ZKARENA_SITE: $crate::Site = $crate::Site::new(
            $name,
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__ZKARENA_SITE
    }};
}

/// What a site is called, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) module: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl Site {
    /// A site; attributes and [`site!`](crate::site) fill it in from `module_path!()`, `file!()` and `line!()`.
    pub const fn new(
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            place: Place {
                name,
                module,
                file,
                line,
            },
            known: AtomicU64::new(0),
        }
    }

    /// The node of this site inside `parent`, if that is the one it was opened in last.
    #[inline]
    pub(super) fn known(&self, parent: Option<u32>) -> Option<u32> {
        let known = self.known.load(Ordering::Relaxed);
        let node = u32::try_from(known & u64::from(u32::MAX))
            .ok()?
            .checked_sub(1)?;
        (known >> 32 == u64::from(plus_one(parent))).then_some(node)
    }

    /// Remembers the node of this site inside `parent`. Nodes are never removed.
    pub(super) fn remember(&self, parent: Option<u32>, node: u32) {
        let known = u64::from(plus_one(parent)) << 32 | u64::from(plus_one(Some(node)));
        self.known.store(known, Ordering::Relaxed);
    }
}

fn plus_one(node: Option<u32>) -> u32 {
    node.map_or(0, |node| node.wrapping_add(1))
}
