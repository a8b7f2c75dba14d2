//! How a child ended.
#![forbid(unsafe_code)]

use super::ChildProof;
use crate::size::Bytes;
use std::fmt;
use std::process::ExitStatus;

/// How a [`ChildProof`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChildEnd {
    /// With exit code 0: there is a proof.
    Done,
    /// It said by [`ChildProof::OVER_BUDGET`] that its own budget or gate refused the proof.
    OverBudget,
    /// This process killed it, as it had more than its budget.
    KilledByMonitor {
        /// Bytes that it had.
        resident: u64,
        /// Bytes that it might have.
        budget: u64,
    },
    /// The kernel killed it, most likely as memory had run out: `SIGKILL`, and not from here. Who else may
    /// send signals to the child could have done so, too.
    KilledByKernel,
    /// With another exit code.
    Failed(i32),
    /// By another signal.
    Signalled(i32),
}

/// `SIGKILL`, of the same number on all systems.
const KILL: i32 = 9;

impl ChildEnd {
    /// What an exit status says.
    pub(super) fn of(status: ExitStatus) -> Self {
        match (status.code(), signal(status)) {
            (Some(0), _) => Self::Done,
            (Some(ChildProof::OVER_BUDGET), _) => Self::OverBudget,
            (Some(code), _) => Self::Failed(code),
            (None, Some(KILL)) => Self::KilledByKernel,
            (None, signal) => Self::Signalled(signal.unwrap_or(0)),
        }
    }

    /// Whether the proof failed for lack of memory: with more of it, or in low-memory mode, it may succeed.
    pub const fn is_out_of_memory(self) -> bool {
        matches!(
            self,
            Self::OverBudget | Self::KilledByMonitor { .. } | Self::KilledByKernel
        )
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

impl fmt::Display for ChildEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Done => f.write_str("done"),
            Self::OverBudget => f.write_str("the proof needs more than its budget"),
            Self::KilledByMonitor { resident, budget } => {
                let (resident, budget) = (Bytes(resident), Bytes(budget));
                write!(f, "killed with {resident} of a budget of {budget}")
            }
            Self::KilledByKernel => {
                f.write_str("killed from outside, most likely as memory had run out")
            }
            Self::Failed(code) => write!(f, "failed with exit code {code}"),
            Self::Signalled(signal) => write!(f, "ended by signal {signal}"),
        }
    }
}
