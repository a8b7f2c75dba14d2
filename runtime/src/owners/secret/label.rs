//! The label of a vector: whether its elements are a secret.
#![forbid(unsafe_code)]

use super::Secret;
use crate::error::{AllocError, Cause};
use crate::owners::Home;

/// The label of what anybody may see: what a vector is if nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Public {}

/// The label of a [`PVec`](crate::PVec): [`Public`] or [`Secret`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label of vectors",
    label = "use `Secret`, or leave it out"
)]
pub trait Label: sealed::Labels + 'static {}

impl Label for Public {}
impl Label for Secret {}

/// Labels of what may leave every phase.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a secret cannot leave its phase",
    label = "it stays with who wipes it",
    note = "if it may become public, say so: `.declassify(..)` gives a value that can be detached"
)]
pub trait MayLeave {}

impl MayLeave for Public {}

pub(in crate::owners) mod sealed {
    use super::{AllocError, Home};

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be a label of vectors",
        label = "`Public` and `Secret` are the only ones"
    )]
    pub trait Labels {
        /// What counts in a plan for the poly arena.
        type Planned<T>;

        /// Where `bytes` bytes with the label lie if they are to go to `home`.
        fn place(home: Home<'_>, bytes: usize) -> Result<Home<'_>, AllocError>;
    }
}

impl sealed::Labels for Public {
    type Planned<T> = T;

    fn place(home: Home<'_>, _bytes: usize) -> Result<Home<'_>, AllocError> {
        Ok(home)
    }
}

/// A secret is never put into memory that nobody wipes.
impl sealed::Labels for Secret {
    type Planned<T> = ();

    fn place(home: Home<'_>, bytes: usize) -> Result<Home<'_>, AllocError> {
        match home {
            Home::Phase(phase) => Ok(phase.witness().into()),
            Home::Heap | Home::Detached => Err(AllocError::new(bytes, Cause::SecretOutside)),
        }
    }
}
