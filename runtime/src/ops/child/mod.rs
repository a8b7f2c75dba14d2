//! A proof in a process of its own.
#![forbid(unsafe_code)]

mod end;
mod memory;

pub use end::ChildEnd;

use std::fs;
use std::io;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

/// How often to look at a child.
const LOOK: Duration = Duration::from_millis(10);
/// The most that can be asked for: the kernel takes this process before all others.
const FIRST_TO_GO: &str = "1000";

/// A proof in a process of its own, watched: what it takes, and what becomes of it, is not the service's end.
///
/// The child is the first that the kernel kills when memory runs out. This process kills it when its resident
/// set is above the budget. When this is dropped, so is the proof.
///
/// ```no_run
/// use std::process::Command;
/// use zkarena::ops::{ChildEnd, ChildProof};
///
/// let mut command = Command::new("prove");
/// command.args(["--out", "proof.bin"]);
/// match ChildProof::spawn(&mut command, 600 << 20)?.wait()? {
///     ChildEnd::Done => println!("proved"),
///     end => println!("no proof: {end}"),
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// The child is looked at every ten milliseconds, on the thread that waits: what it takes in between is bounded
/// by its control group alone. Where the system does not tell what a child has, it is not killed for it.
#[derive(Debug)]
pub struct ChildProof {
    child: Child,
    budget: u64,
    peak: u64,
}

impl ChildProof {
    /// The exit code by which a child says that its own budget or gate refused the proof.
    pub const OVER_BUDGET: i32 = 75;

    /// Starts a child that may have `budget` bytes resident.
    ///
    /// # Errors
    /// Those of [`Command::spawn`].
    pub fn spawn(command: &mut Command, budget: u64) -> io::Result<Self> {
        Ok(Self::watch(command.spawn()?, budget))
    }

    /// Watches a child that runs already.
    pub fn watch(child: Child, budget: u64) -> Self {
        // Elsewhere than on Linux there is no such file, and nobody to ask.
        let _ = fs::write(format!("/proc/{}/oom_score_adj", child.id()), FIRST_TO_GO);
        Self {
            child,
            budget,
            peak: 0,
        }
    }

    /// The child, for what it reads and writes. Pipes that nobody empties make it wait for ever.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The most bytes that were seen resident.
    pub fn peak_bytes(&self) -> u64 {
        self.peak
    }

    /// Blocks until the child has ended, and says how.
    ///
    /// # Errors
    /// If the system does not tell about the child, as when somebody else waited for it.
    pub fn wait(&mut self) -> io::Result<ChildEnd> {
        loop {
            if let Some(end) = self.look()? {
                return Ok(end);
            }
            thread::sleep(LOOK);
        }
    }

    /// Looks once: how the child ended, if it has. Kills it if it is above its budget.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn look(&mut self) -> io::Result<Option<ChildEnd>> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(Some(ChildEnd::of(status)));
        }
        let resident = memory::resident(self.child.id()).unwrap_or(0);
        self.peak = self.peak.max(resident);
        if resident <= self.budget {
            return Ok(None);
        }
        self.kill(resident).map(Some)
    }

    fn kill(&mut self, resident: u64) -> io::Result<ChildEnd> {
        self.child.kill()?;
        let status = self.child.wait()?;
        let budget = self.budget;
        // It may have ended by itself just before.
        Ok(match ChildEnd::of(status) {
            ChildEnd::KilledByKernel => ChildEnd::KilledByMonitor { resident, budget },
            end => end,
        })
    }
}

impl Drop for ChildProof {
    fn drop(&mut self) {
        // Both do nothing for a child that was waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
