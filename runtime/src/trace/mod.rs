//! Traces that can be skipped: records for whoever reads them, and a summary for everybody.
#![forbid(unsafe_code)]

mod books;
mod fold;
mod frame;
mod gate;
mod kept;
mod log;
mod records;

pub use fold::{TraceFold, Twin};
pub use gate::{Record, Skip, TraceGate, TraceMode, TraceSkipped};
pub use log::TraceLog;
pub use records::Records;
