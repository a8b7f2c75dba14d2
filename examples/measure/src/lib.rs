//! What programs that measure provers share: command lines, processes of their own, counters, medians, tables.
#![forbid(unsafe_code)]

pub mod arguments;
pub mod child;
pub mod group;
mod machine;
mod progress;
pub mod stats;
mod table;
pub mod usage;

pub use machine::{Machine, available_bytes};
pub use progress::Progress;
pub use table::{Table, figure, thousands};
