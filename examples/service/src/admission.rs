//! Whether a proof may start: its bytes are reserved first, so that requests at once cannot find the same room.
#![forbid(unsafe_code)]

use crate::args::{Asked, Design};
use crate::gate::{MemoryGate, Permit};
use crate::prove::Mode;
use crate::refusal::Refusal;
use crate::weight;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::time::timeout;
use zkarena::Bytes;
use zkarena_statements::Statement;

/// How often the first in the queue looks by itself, in case that the limit was raised.
const LOOK: Duration = Duration::from_secs(1);
