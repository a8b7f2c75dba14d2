//! What provers hold: vectors, boxes and polynomials that carry the lifetime of their phase.

mod boxed;
mod build;
mod carry;
mod filed;
mod home;
mod leaves;
mod poly;
mod reserved;
mod secret;
#[cfg(feature = "serde")]
mod serial;
mod vec;

pub use boxed::PBox;
pub use build::{ArenaTypesMustNotImplDrop, Build, block_end};
pub use carry::{ArenaAlloc, Detach};
pub use filed::{FileBacked, FilePoly};
pub use home::Home;
pub use poly::{Basis, BitReversed, Coeffs, Evals, Natural, Order, Poly, PolyMut, PolyRef};
pub use reserved::{Reservation, Reserved};
pub use secret::{Label, MayLeave, Public, Secret, SecretSafe};
pub use vec::{Drain, IntoIter, PVec};
