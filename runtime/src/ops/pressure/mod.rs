//! How near the limit memory is, and what to do about it.
#![forbid(unsafe_code)]

mod alarm;
mod level;
mod reading;
mod stalls;
mod watch;

pub use alarm::StallAlarm;
pub use level::{Degrade, Pressure};
pub use reading::{Reading, Stalls};
pub use watch::{PressureState, PressureWatch};
