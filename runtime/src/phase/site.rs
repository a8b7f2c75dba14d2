//! Where in the source a phase is opened.
#![forbid(unsafe_code)]

/// A place in the source that opens a phase: one per `#[zk_phase]`, one per call of [`phase`](fn@crate::phase).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    pub(crate) name: &'static str,
    pub(crate) module: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl Site {
    /// A site; attributes fill it in from `module_path!()`, `file!()` and `line!()`.
    pub const fn new(
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
