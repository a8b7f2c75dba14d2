//! What provers do with polynomials that lie in a [`Store`](crate::Store): transforms, inner products and hashes.
//!
//! Under an algorithm that was made for memory, a file thrashes. These know their tiles: each byte is read
//! and written a fixed number of times, in pieces of whole pages, whatever the memory.
//!
//! | kernel | what it does | bytes read | bytes written |
//! |---|---|---|---|
//! | [`Ntt`] | coefficients to evaluations and back, on cosets, too | twice the data, or once if it fits | as many |
//! | [`evaluate`] | many polynomials at some points | the data | none |
//! | [`dot`], [`dot_with`] | inner products of many vectors with one | the data | none |
//! | [`hash_rows`] | digests of rows whose columns lie in several places | the data | none |
//!
//! The transforms in memory, and all arithmetic, are those of the field's library: Plonky3 (feature
//! `plonky3`) or arkworks (feature `arkworks`).
#![forbid(unsafe_code)]

#[cfg(feature = "arkworks")]
mod arkworks;
mod dot;
mod error;
mod evaluate;
mod field;
mod four_step;
mod ntt;
#[cfg(feature = "plonky3")]
mod plonky3;
mod rows;
mod split;
mod stream;
#[cfg(all(test, feature = "arkworks", feature = "plonky3"))]
mod tests;

pub use dot::{Weight, dot, dot_with};
pub use error::KernelError;
pub use evaluate::evaluate;
pub use field::NttField;
pub use ntt::Ntt;
pub use rows::{Band, RowSponge, hash_rows};
