//! What a planner says.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use serde::Serialize;
use std::fmt;

/// How a limit is shared out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ServicePlan {
    /// What the process may use.
    pub limit_bytes: u64,
    /// What is left alone.
    pub headroom_bytes: u64,
    /// What is not: the greatest peak RSS that is planned.
    pub usable_bytes: u64,
    /// RSS before the first proof.
    pub base_bytes: u64,
    /// What proofs leave to those after them, over all circuits; nothing where each has a process of its own.
    pub kept_bytes: u64,
    /// What such a process has beside its proof, as a part of each weight; 0 without.
    pub process_bytes: u64,
    /// What proofs may reserve together: the capacity of the memory gate.
    pub capacity_bytes: u64,
    /// Each circuit and size that was measured.
    pub circuits: Vec<CircuitPlan>,
    /// From which size on each circuit takes low-memory mode.
    pub cut_overs: Vec<CutOver>,
}

impl ServicePlan {
    /// The plan for a circuit at a size, if it was measured.
    pub fn circuit(&self, circuit: &str, log_rows: u32) -> Option<&CircuitPlan> {
        let mut circuits = self.circuits.iter();
        circuits.find(|planned| planned.circuit == circuit && planned.log_rows == log_rows)
    }
}

/// What a proof of one circuit is planned with, as if the process made no others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CircuitPlan {
    /// The circuit's name in the profile.
    pub circuit: String,
    /// Base-2 logarithm of the trace's rows.
    pub log_rows: u32,
    /// How proofs are made.
    #[serde(flatten)]
    pub mode: Mode,
    /// What a proof reserves at the memory gate; circuits may mix as long as the weights fit its capacity.
    pub weight_bytes: u64,
    /// Proofs at the same time; 0 if there can be none.
    pub workers: u64,
    /// The peak RSS that so many at the same time are expected to have, all processes together; see
    /// [`Peaks::process_bytes`](crate::ops::Peaks::process_bytes).
    pub expected_peak_bytes: u64,
    /// For [`Plan::reserve`](crate::Plan::reserve), where the proof lives in an arena.
    pub reserve_bytes: u64,
    /// For [`Plan::budget`](crate::Plan::budget).
    pub budget_bytes: u64,
    /// Seconds of the longest proof measured, in low-memory mode if that is the mode and was measured.
    pub seconds: f64,
    /// What low-memory mode had on the disk, where that was measured.
    pub disk_bytes: Option<u64>,
}

/// How a proof is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mode {
    /// As measured.
    InMemory,
    /// It does not fit: one at a time, through a file, in what `prove_lowmem` is given for the whole process that
    /// makes it.
    LowMemory {
        /// For `prove_lowmem`.
        memory_bytes: u64,
        /// The least that it would take.
        floor_bytes: u64,
    },
    /// It does not fit, nor does low-memory mode, as far as that was measured.
    Impossible {
        /// The least that low-memory mode takes; `None` if it was not measured.
        floor_bytes: Option<u64>,
    },
}

/// From which size on a circuit takes low-memory mode. Sizes that were not measured are taken for twice the next smaller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CutOver {
    /// The circuit's name in the profile.
    pub circuit: String,
    /// Base-2 logarithm of the most rows that are proved in memory; `None` if none are.
    pub in_memory_log_rows: Option<u32>,
    /// The same in low-memory mode; `None` if there are none, or that was not measured.
    pub low_memory_log_rows: Option<u32>,
    /// The largest size that was measured.
    pub measured_log_rows: u32,
}

/// Why there is no plan, in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanError {
    /// The profile is empty.
    NoRuns,
    /// The process takes the limit without a proof.
    NoRoom {
        /// The limit.
        limit: Bytes,
        /// What is taken, with the headroom.
        taken: Bytes,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRuns => write!(f, "the profile has no runs; measure some first"),
            Self::NoRoom { limit, taken } => write!(
                f,
                "a limit of {limit} leaves nothing for proofs: {taken} go to the process and its headroom; raise it"
            ),
        }
    }
}

impl std::error::Error for PlanError {}
