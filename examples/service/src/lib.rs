//! Starting the service and asking it: what its load program and its tests share. The service itself is the program
//! `service`.
#![forbid(unsafe_code)]

mod running;

pub use running::{Answer, Running, Start};
